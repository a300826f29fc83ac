// Accepting: takes the connections of a listening socket of the host's. When we are out of
// descriptors it rests for a while: the socket goes on being readable.
#ifndef UNETNS_RUNTIME_ACCEPTING_H_
#define UNETNS_RUNTIME_ACCEPTING_H_

#include <functional>

#include "env/timers.h"
#include "host/event_loop.h"
#include "host/unique_fd.h"

namespace unetns {

class Accepting {
 public:
  // `taken`: called with each connection, which is non-blocking.
  Accepting(EventLoop& loop, TimerQueue& timers, UniqueFd socket,
            std::function<void(UniqueFd)> taken)
      : loop_(loop),
        socket_(std::move(socket)),
        taken_(std::move(taken)),
        rest_(timers, [this] { go_on(); }) {}
  ~Accepting() { loop_.remove(socket_.get()); }
  Accepting(const Accepting&) = delete;
  Accepting& operator=(const Accepting&) = delete;
  Result<void> start();
  int socket() const { return socket_.get(); }

 private:
  void accept();
  void go_on();

  EventLoop& loop_;
  UniqueFd socket_;
  std::function<void(UniqueFd)> taken_;
  Timer rest_;
};

}  // namespace unetns

#endif  // UNETNS_RUNTIME_ACCEPTING_H_
