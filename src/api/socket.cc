#include "unetns/socket.h"

#include "api/socket_name.h"
#include "api/socket_state.h"

namespace unetns {

Result<std::shared_ptr<SocketState>> SocketState::create(const Netns& netns, int family, int type,
                                                         int protocol) {
  auto machine = MachineState::of(netns);
  UNETNS_ASSIGN(auto socket,
                machine->kernel->socket(netns.core(), machine->caller, family, type, protocol));
  return std::make_shared<SocketState>(std::move(machine), std::move(socket));
}

// ---- all sockets

BasicSocket::BasicSocket(std::shared_ptr<SocketState> state) : state_(std::move(state)) {}
BasicSocket::BasicSocket(BasicSocket&&) noexcept = default;
BasicSocket& BasicSocket::operator=(BasicSocket&&) noexcept = default;
BasicSocket::~BasicSocket() = default;

Result<SocketAddress> BasicSocket::local() const {
  UNETNS_ASSIGN(const SockAddr name, state_->socket->local_name());
  return from_name(name);
}
Result<SocketAddress> BasicSocket::remote() const {
  UNETNS_ASSIGN(const SockAddr name, state_->socket->peer_name());
  return from_name(name);
}
uint32_t BasicSocket::poll() const { return state_->socket->poll(); }
bool BasicSocket::readable() const { return poll() & (POLLIN | POLLERR | POLLHUP | POLLRDHUP); }
bool BasicSocket::writable() const { return poll() & POLLOUT; }
int BasicSocket::take_error() { return state_->socket->take_error(); }

void BasicSocket::on_event(std::function<void()> call) {
  state_->call = call ? std::make_shared<std::function<void()>>(std::move(call)) : nullptr;
  if (state_->call)
    state_->soon.arm_in(Nanos::zero());
  else
    state_->soon.disarm();
}

Result<void> BasicSocket::set_option(int level, int name, Bytes value) {
  return state_->socket->set_option(state_->caller(), level, name, value);
}
Result<void> BasicSocket::set_option(int level, int name, int value) {
  return set_option(level, name, bytes_of(value));
}
Result<ByteVector> BasicSocket::get_option(int level, int name, size_t max) const {
  return state_->socket->get_option(state_->caller(), level, name, max);
}

// ---- datagrams

Result<DatagramSocket> DatagramSocket::udp(const Netns& netns, int family) {
  UNETNS_ASSIGN(auto state, SocketState::create(netns, family, SOCK_DGRAM, 0));
  return DatagramSocket(std::move(state));
}

Result<DatagramSocket> DatagramSocket::udp(const Netns& netns, const SocketAddress& local) {
  UNETNS_ASSIGN(auto socket, udp(netns, local.address.family()));
  UNETNS_TRY(socket.bind(local));
  return socket;
}

Result<DatagramSocket> DatagramSocket::raw(const Netns& netns, int family, uint8_t protocol) {
  UNETNS_ASSIGN(auto state, SocketState::create(netns, family, SOCK_RAW, protocol));
  return DatagramSocket(std::move(state));
}

Result<void> DatagramSocket::bind(const SocketAddress& local) {
  return state_->socket->bind(state_->caller(), to_name(local).view());
}
Result<void> DatagramSocket::connect(const SocketAddress& remote) {
  return state_->socket->connect(state_->caller(), to_name(remote).view());
}

Result<void> DatagramSocket::send(Bytes data) {
  UNETNS_TRY(state_->socket->send(state_->caller(), {.data = data, .name = {}, .control = {}}));
  return {};
}
Result<void> DatagramSocket::send_to(Bytes data, const SocketAddress& to) {
  const SockAddr name = to_name(to);
  UNETNS_TRY(
      state_->socket->send(state_->caller(), {.data = data, .name = name.view(), .control = {}}));
  return {};
}

Result<Datagram> DatagramSocket::receive() {
  UNETNS_ASSIGN(Message message, state_->socket->receive(0));
  Datagram datagram;
  datagram.data = std::move(message.data);
  datagram.from = from_name(message.name);
  datagram.to = message.dst;
  datagram.device_index = message.ifindex;
  datagram.ttl = message.ttl;
  datagram.tos = message.tos;
  datagram.when = message.tstamp;
  return datagram;
}

}  // namespace unetns
