// The byte stream of a TcpSocket.
#include <algorithm>

#include "inet/ip/ipv4_stack.h"
#include "socket/cmsg.h"
#include "socket/inet/ip_cmsgs.h"
#include "socket/inet/tcp_socket.h"

namespace unetns {
namespace {
constexpr size_t kChunk = 32768;  // of a copied send, and at most of a receive
constexpr size_t kLarge = 32768;  // a write that is probably one of many
constexpr size_t kReceiveMax = size_t{1} << 20;
}  // namespace

uint32_t TcpSocket::send_room() const {
  const TcpConnection* c = connection();
  return c && !send_closed() ? c->send_room() : 0;
}

bool TcpSocket::send_closed() const {
  switch (tcp_state()) {
    case TcpState::kSynSent:
    case TcpState::kSynRecv:
    case TcpState::kEstablished:
    case TcpState::kCloseWait:
      return (shutdown_ & 2) != 0;
    default:
      return true;
  }
}

uint32_t TcpSocket::unacked_or_unsent() const {
  const TcpConnection* c = connection();
  return c && tcp_state() != TcpState::kClose ? c->unacked_or_unsent() : 0;
}

uint32_t TcpSocket::unsent() const {
  const TcpConnection* c = connection();
  return c && tcp_state() != TcpState::kClose ? c->unsent() : 0;
}

Result<void> TcpSocket::check_writable() {
  if (const int err = take_pending()) return fail(err);
  if (send_closed()) return fail(EPIPE);
  if (tcp_state() == TcpState::kSynSent && !is_late()) return fail(EAGAIN);
  return {};
}

Result<void> TcpSocket::write(Packet data, bool more, bool urgent) {
  UNETNS_TRY(check_writable());
  if (is_late()) {
    connect_late(std::move(data), true);
    return {};
  }
  note_write(data);
  if (data.size() >= kLarge && !more && !urgent) {
    tcp().write_part(*end_, std::move(data));
    return {};
  }
  if (more) end_->push_tail = false;
  end_->run([&](TcpConnection& c, Nanos now) { c.write(now, std::move(data), more, urgent); });
  return {};
}

Packet TcpSocket::read(size_t max) {
  if (!connection() || max == 0) return {};
  Packet piece;
  end_->run([&](TcpConnection& c, Nanos now) { piece = c.read(now, max); });
  if (piece) note_arrival(piece);
  return piece;
}

const Packet* TcpSocket::peek() const {
  const TcpConnection* c = connection();
  return c ? c->peek() : nullptr;
}

size_t TcpSocket::readable() const {
  const TcpConnection* c = connection();
  return c ? c->readable() : 0;
}

bool TcpSocket::at_eof() const {
  const TcpConnection* c = connection();
  if (!c || c->readable() != 0) return false;
  if (c->peer_closed() || (shutdown_ & 1)) return true;
  return tcp_state() == TcpState::kClose && end_->was_connected() && error() == 0;
}

bool TcpSocket::at_urgent_mark() const {
  const TcpConnection* c = connection();
  return c && c->at_urgent_mark();
}

Result<uint8_t> TcpSocket::read_urgent(bool peek) {
  if (listening()) return fail(ENOTCONN);
  if (!connection()) return fail(EINVAL);
  Result<uint8_t> byte = fail(EINVAL);
  end_->quietly([&](TcpConnection& c) { byte = c.read_urgent(peek); });
  return byte;
}

Result<size_t> TcpSocket::send(const Caller& caller, const SendRequest& request) {
  if ((request.flags & MSG_FASTOPEN) && phase_ == Phase::kUnconnected && !listening() &&
      !is_late()) {
    const bool nobody = request.name.size() >= sizeof(sa_family_t) &&
                        load<sa_family_t>(request.name.data()) == AF_UNSPEC;
    if (nobody || !(tcp().sysctls(net()).fastopen & 1)) return fail(EOPNOTSUPP);
    const size_t size = std::min(request.data.size(), kChunk);
    TcpLayer<V4>::SynData with = syn_data({});
    if (size != 0)
      with.data = Packet::copy_of(net().registry().packets(), request.data.first(size));
    with.whole = false;
    UNETNS_ASSIGN(const InetName to, names_.to_connect(*this, end_->key.local, request.name));
    UNETNS_TRY(start_connect(to, &with));
    if (with.taken == 0) return fail(EINPROGRESS);  // an ordinary connect(2)
    return size_t{with.taken};
  }
  UNETNS_TRY(check_writable());
  UNETNS_ASSIGN(const SendOrders orders, check_stream_control(caller, request.control));
  if (request.data.empty()) {
    if (is_late()) connect_late({}, false);
    return size_t{0};
  }
  const size_t room = send_room();
  if (room == 0) return fail(EAGAIN);
  const size_t total = std::min(room, request.data.size());
  if (is_late()) {
    const size_t size = std::min(total, kChunk);
    return connect_late(Packet::copy_of(net().registry().packets(), request.data.first(size)),
                        false);
  }
  PacketPool& pool = net().registry().packets();
  end_->push_tail = false;
  for (size_t done = 0; done < total;) {
    const size_t size = std::min(total - done, kChunk);
    const bool last = done + size == request.data.size();
    Packet piece = Packet::copy_of(pool, request.data.subspan(done, size));
    const bool more = !last || (request.flags & MSG_MORE);
    const bool urgent = last && (request.flags & MSG_OOB);
    next_write(done + size == total, orders.stamps);
    note_write(piece);
    end_->run([&](TcpConnection& c, Nanos now) { c.write(now, std::move(piece), more, urgent); });
    done += size;
  }
  return total;
}

Result<Message> TcpSocket::receive(int flags) {
  if (flags & MSG_ERRQUEUE) return receive_error();
  Message m;
  if (flags & MSG_OOB) {
    UNETNS_ASSIGN(const uint8_t byte, read_urgent((flags & MSG_PEEK) != 0));
    m.data.assign(1, byte);
    m.flags = MSG_OOB;
    return m;
  }
  if (listening()) return fail(ENOTCONN);
  if (readable() == 0) {
    if (const int err = take_pending()) return fail(err);
    if (at_eof()) return m;
    const TcpState s = tcp_state();
    if (s == TcpState::kClose) return fail(ENOTCONN);
    return fail(EAGAIN);
  }
  if (flags & MSG_PEEK) {
    m.data = peek()->to_vector();
    m.tstamp = peek()->meta().tstamp;
    return m;
  }
  while (m.data.size() < kReceiveMax) {
    const Packet piece = read(kReceiveMax - m.data.size());
    if (!piece) break;
    const size_t at = m.data.size();
    m.data.resize(at + piece.size());
    piece.copy_to(MutableBytes(m.data).subspan(at));
    m.tstamp = piece.meta().tstamp;
  }
  return m;
}

Result<Message> TcpSocket::receive_error() {
  if (!has_queued_errors()) return fail(EAGAIN);
  QueuedError<V4> e = seldom_->errors.pop();
  // The pending error is that of the next one in the queue.
  if (const int next = seldom_->errors.next_icmp_error())
    set_error(next);
  else if (e.err.ee_origin == SO_EE_ORIGIN_ICMP)
    take_pending();
  return error_message(std::move(e), names_);
}

ByteVector TcpSocket::control_for(const Message& m) const {
  ByteVector out;
  put_timestamp_cmsgs(out, options(), m.tstamp, !m.extended_err.empty());
  if (!m.extended_err.empty()) {
    if (names_.inet6() && seldom_ && seldom_->ipv6.pkt_info()) put_ipv6_pktinfo(out, m);
    if (ip_) put_ip_cmsgs(out, ip_->values(), m);
    put_error_cmsg(out, names_.inet6(), m);
    return out;
  }
  if (want_inq_) {  // the peer's FIN counts as one more
    const size_t fin = connection() && connection()->peer_closed() ? 1 : 0;
    put_cmsg_value(out, IPPROTO_TCP, TCP_CM_INQ, static_cast<int>(readable() + tcp_unread() + fin));
  }
  return out;
}

}  // namespace unetns
