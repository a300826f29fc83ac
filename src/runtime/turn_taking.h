// TurnTaking: whether a program and its peer speak in turns on a stream, a request and an answer at
// a time. Then a send may be held until the answer is there: the reader finds it without sleeping,
// and no idle processor must be woken.
#ifndef UNETNS_RUNTIME_TURN_TAKING_H_
#define UNETNS_RUNTIME_TURN_TAKING_H_

#include <algorithm>
#include <cstdint>

#include "env/clock.h"

namespace unetns {

class TurnTaking {
 public:
  void spoke(Nanos now) {  // the program wrote
    if (spoke_last_) turns_ = 0;
    spoke_last_ = true;
    spoke_at_ = now;
  }
  void heard(Nanos now) {  // something came for it
    if (spoke_last_) {
      turns_ = now - spoke_at_ < kQuick ? turns_ + 1 : 0;
      if (turns_ > needed_ && ++kept_ == kForgiving * needed_ && needed_ > kFirstNeeded) forgive();
    }
    spoke_last_ = false;
  }
  bool in_turns() const { return turns_ >= needed_; }
  // A send was held, and no answer came: the longer it must look like turns before the next. A
  // program may have been kept from answering by others, so that is forgotten while they go on.
  void disappointed() {
    turns_ = kept_ = 0;
    needed_ = std::min(needed_ * 2, kMostNeeded);
  }

 private:
  static constexpr uint32_t kFirstNeeded = 8, kMostNeeded = 1 << 16, kForgiving = 4;
  static constexpr Nanos kQuick = std::chrono::microseconds(500);

  void forgive() {
    needed_ /= 2;
    kept_ = 0;
  }

  Nanos spoke_at_{};
  uint32_t turns_ = 0, needed_ = kFirstNeeded;
  uint32_t kept_ = 0;  // turns in a row in which a send could be held
  bool spoke_last_ = false;
};

}  // namespace unetns

#endif  // UNETNS_RUNTIME_TURN_TAKING_H_
