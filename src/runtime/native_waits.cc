#include "runtime/native_waits.h"

#include <vector>

namespace unetns {

NativeWaits::~NativeWaits() {
  for (auto& [fd, wait] : waits_) loop_.remove(fd);
}

void NativeWaits::add(UniqueFd fd, uint32_t events, Call call) {
  const int number = fd.get();
  if (events && !loop_.add(number, events, [this, number](uint32_t) {
        if (auto it = waits_.find(number); it != waits_.end()) again_(take(it).call);
      }))
    events = 0;
  waits_.emplace(number, Wait{std::move(fd), events, std::move(call)});
}

NativeWaits::Wait NativeWaits::take(std::map<int, Wait>::iterator it) {
  loop_.remove(it->first);
  Wait wait = std::move(it->second);
  waits_.erase(it);
  return wait;
}

void NativeWaits::erase_if(const std::function<bool(Call&)>& gone) {
  for (auto it = waits_.begin(); it != waits_.end();) {
    const auto next = std::next(it);
    if (gone(it->second.call)) (void)take(it);
    it = next;
  }
}

void NativeWaits::tick(Nanos now) {
  std::vector<Call> due;
  for (auto it = waits_.begin(); it != waits_.end();) {
    const auto next = std::next(it);
    const bool expired = it->second.call.deadline && *it->second.call.deadline <= now;
    if (expired || !it->second.events) {
      due.push_back(take(it).call);
      due.back().expired = expired;
    }
    it = next;
  }
  for (Call& call : due) again_(std::move(call));
}

}  // namespace unetns
