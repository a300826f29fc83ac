// TcpStream and TcpListener.
#include <algorithm>

#include "api/socket_name.h"
#include "api/socket_state.h"

namespace unetns {
namespace {

Result<void> begin(SocketState& state, const SocketAddress& remote) {
  const auto done = state.socket->connect(state.caller(), to_name(remote).view());
  return done || done.error().code == EINPROGRESS ? Result<void>() : done;
}

}  // namespace

Result<TcpStream> TcpStream::connect(const Netns& netns, const SocketAddress& remote) {
  UNETNS_ASSIGN(auto state, SocketState::create(netns, remote.address.family(), SOCK_STREAM, 0));
  UNETNS_TRY(begin(*state, remote));
  return TcpStream(std::move(state));
}

Result<TcpStream> TcpStream::connect(const Netns& netns, const SocketAddress& remote,
                                     const SocketAddress& local) {
  UNETNS_ASSIGN(auto state, SocketState::create(netns, remote.address.family(), SOCK_STREAM, 0));
  UNETNS_TRY(state->socket->bind(state->caller(), to_name(local).view()));
  UNETNS_TRY(begin(*state, remote));
  return TcpStream(std::move(state));
}

bool TcpStream::connected() const { return state_->stream().state() == StreamState::kConnected; }

Result<size_t> TcpStream::write(Bytes data) {
  return state_->socket->send(state_->caller(), {.data = data, .name = {}, .control = {}});
}

Result<size_t> TcpStream::read(MutableBytes out) {
  StreamSocket& stream = state_->stream();
  size_t done = 0;
  while (done < out.size()) {
    const Packet piece = stream.read(out.size() - done);
    if (!piece) break;
    piece.copy_to(out.subspan(done));
    done += piece.size();
  }
  if (done > 0 || out.empty()) return done;
  if (const int error = stream.take_error()) return fail(error);
  if (stream.at_eof()) return size_t{0};
  return fail(stream.state() == StreamState::kFresh ? ENOTCONN : EAGAIN);
}

Result<void> TcpStream::shutdown_write() {
  // Doing it again would be one more event, for ever in who does it in on_event().
  if (state_->write_shut) return {};
  UNETNS_TRY(state_->socket->shutdown(SHUT_WR));
  state_->write_shut = true;
  return {};
}
size_t TcpStream::unsent() const { return state_->stream().unacked_or_unsent(); }
size_t TcpStream::send_room() const { return state_->stream().send_room(); }
Result<void> TcpStream::write(Packet packet) {
  return state_->stream().write(std::move(packet), false, false);
}
Packet TcpStream::read(size_t max) { return state_->stream().read(max); }
bool TcpStream::at_end() const { return state_->stream().at_eof(); }

Result<TcpListener> TcpListener::listen(const Netns& netns, const SocketAddress& local,
                                        int backlog) {
  UNETNS_ASSIGN(auto state, SocketState::create(netns, local.address.family(), SOCK_STREAM, 0));
  const int reuse = 1;  // what is left of earlier connections does not stand against it
  UNETNS_TRY(state->socket->set_option(state->caller(), SOL_SOCKET, SO_REUSEADDR, bytes_of(reuse)));
  UNETNS_TRY(state->socket->bind(state->caller(), to_name(local).view()));
  UNETNS_TRY(state->socket->listen(backlog));
  return TcpListener(std::move(state));
}

Result<TcpStream> TcpListener::accept() {
  UNETNS_ASSIGN(auto socket, state_->socket->accept());
  return TcpStream(std::make_shared<SocketState>(state_->machine, std::move(socket)));
}

}  // namespace unetns
