// NativeWaits: calls that wait for a socket of the host's own, where the call must not be left to
// the kernel.
#ifndef UNETNS_RUNTIME_NATIVE_WAITS_H_
#define UNETNS_RUNTIME_NATIVE_WAITS_H_

#include <functional>
#include <map>

#include "host/event_loop.h"
#include "runtime/call.h"

namespace unetns {

class NativeWaits {
 public:
  NativeWaits(EventLoop& loop, std::function<void(Call)> again)
      : loop_(loop), again_(std::move(again)) {}
  ~NativeWaits();

  // The call is tried again when the descriptor is ready; without `events`, at the next tick.
  void add(UniqueFd fd, uint32_t events, Call call);
  bool empty() const { return waits_.empty(); }
  void erase_if(const std::function<bool(Call&)>& gone);
  // Tries again what has waited long enough, or can't be told when.
  void tick(Nanos now);

 private:
  struct Wait {
    UniqueFd fd;
    uint32_t events;
    Call call;
  };
  Wait take(std::map<int, Wait>::iterator it);
  EventLoop& loop_;
  std::function<void(Call)> again_;
  std::map<int, Wait> waits_;  // by descriptor
};

}  // namespace unetns

#endif  // UNETNS_RUNTIME_NATIVE_WAITS_H_
