#include "runtime/turns.h"

#include <utility>

#include "runtime/listener.h"

namespace unetns {

void Turns::spoke() {
  if (hot_.on()) taking_.spoke(clock_.monotonic());
}

bool Turns::heard() {
  if (!hot_.on()) return false;
  const bool before = taken();
  taking_.heard(clock_.monotonic());
  answer();
  return taken() != before;
}

void Turns::hold(HeldAnswer answer) {
  this->answer();
  held_ = answer;
}

void Turns::answer() {
  if (const HeldAnswer answer = std::exchange(held_, {}); answer.listener)
    (void)answer.listener->answer(answer.id, answer.value);
}

}  // namespace unetns
