// What stands behind each socket of the library.
#ifndef UNETNS_API_SOCKET_STATE_H_
#define UNETNS_API_SOCKET_STATE_H_

#include "api/machine_state.h"
#include "socket/stream_socket.h"
#include "unetns/socket.h"

namespace unetns {

struct SocketState final : SocketObserver {
  SocketState(std::shared_ptr<MachineState> m, std::unique_ptr<Socket> s)
      : machine(std::move(m)),
        socket(std::move(s)),
        soon(machine->world->env.timers, [this] { call_now(); }) {
    socket->set_observer(this);
  }
  ~SocketState() override { socket->set_observer(nullptr); }

  static Result<std::shared_ptr<SocketState>> create(const Netns& netns, int family, int type,
                                                     int protocol);
  // Called from inside the stack: what waits for it is called when that is done.
  void socket_event(Socket&) override {
    if (call && !soon.armed()) soon.arm_in(Nanos::zero());
  }
  void call_now() {
    const auto held = call;  // it may replace itself, or destroy the socket
    if (held && *held) (*held)();
  }
  StreamSocket& stream() { return static_cast<StreamSocket&>(*socket); }
  const Caller& caller() const { return machine->caller; }

  std::shared_ptr<MachineState> machine;  // goes last
  std::unique_ptr<Socket> socket;
  Timer soon;
  std::shared_ptr<std::function<void()>> call;
  bool write_shut = false;
};

}  // namespace unetns

#endif  // UNETNS_API_SOCKET_STATE_H_
