// HostRelay: joins a TCP connection of the host with one of the stack: bytes, ends and resets pass
// in both directions.
#ifndef UNETNS_RUNTIME_HOST_RELAY_H_
#define UNETNS_RUNTIME_HOST_RELAY_H_

#include <functional>
#include <memory>

#include "env/tasks.h"
#include "host/event_loop.h"
#include "packet/packet.h"
#include "socket/stream_socket.h"

namespace unetns {

class HostRelay final : public SocketObserver {
 public:
  // `host`: connected, or connecting; non-blocking. `stack`: connected, or connecting. `done` is
  // called once, from a task, when nothing more can pass: the owner then destroys the relay.
  HostRelay(EventLoop& loop, TaskQueue& tasks, PacketPool& packets, UniqueFd host,
            std::unique_ptr<StreamSocket> stack, std::function<void(HostRelay&)> done);
  ~HostRelay() override;
  Result<void> start();

  void socket_event(Socket&) override { later(); }

 private:
  static constexpr size_t kPiece = 65536;
  static constexpr size_t kPerTurn = 16 * kPiece;  // then others get theirs

  void later();  // runs step() as a task
  void step();
  void to_stack();
  void to_host();
  void watch();
  Result<void> add_watch();
  void give_up();  // a reset in either direction resets the other
  bool over() const { return failed_ || (host_ended_ && stack_ended_); }

  EventLoop& loop_;
  TaskQueue& tasks_;
  PacketPool& packets_;
  UniqueFd host_;
  std::unique_ptr<StreamSocket> stack_;
  std::function<void(HostRelay&)> done_;
  std::shared_ptr<HostRelay*> self_;  // of tasks: null once we are gone
  Packet pending_;                    // read from the stack, not yet taken by the host
  size_t written_ = 0;                // bytes of it that are
  uint32_t events_ = 0;
  bool posted_ = false;
  bool connected_ = false;  // of the host's end
  // Both its directions are shut: said by epoll for ever, while what came before is still read.
  bool hung_up_ = false, watched_ = false;
  bool host_ended_ = false, stack_ended_ = false;
  bool failed_ = false, told_ = false;
};

}  // namespace unetns

#endif  // UNETNS_RUNTIME_HOST_RELAY_H_
