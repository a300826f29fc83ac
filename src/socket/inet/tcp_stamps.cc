// SO_TIMESTAMP, SO_TIMESTAMPNS and SO_TIMESTAMPING of a TcpSocket (Documentation/networking/
// timestamping.rst). A stamp of what is sent tells of the last byte of a send.
#include "socket/inet/tcp_stamps.h"

#include <linux/errqueue.h>
#include <linux/net_tstamp.h>

#include <algorithm>

#include "inet/tcp/seq.h"
#include "socket/inet/sent_stamp.h"
#include "socket/inet/tcp_socket.h"
#include "socket/sol_socket.h"

namespace unetns {
namespace {
constexpr int kSent =
    SOF_TIMESTAMPING_TX_SCHED | SOF_TIMESTAMPING_TX_SOFTWARE | SOF_TIMESTAMPING_TX_ACK;
constexpr int kIdTcp = 1 << 16;
}  // namespace

Result<void> TcpSocket::set_timestamping(const Caller& caller, int name, Bytes value) {
  const int before = options().timestamping;
  UNETNS_ASSIGN(const int flags, option_int(value));
  const bool begins = (flags & ~before) & SOF_TIMESTAMPING_OPT_ID;
  const TcpState state = tcp_state();
  if (begins && (state == TcpState::kClose || state == TcpState::kListen)) return fail(EINVAL);
  UNETNS_TRY(StreamSocket::set_option(caller, SOL_SOCKET, name, value));
  end_->stamp_arrivals = wants_receive_stamps(options());
  // Ids count bytes from here.
  if (begins && connection())
    options().timestamping_id =
        flags & kIdTcp ? connection()->write_seq() : connection()->acked_seq();
  return {};
}

// ---- what is received

void TcpSocket::note_arrival(const Packet& piece) {
  if (!end_->stamp_arrivals && !seldom_) return;
  // What came before somebody asked has none, but what a listener took in for its program has not
  // waited long.
  Nanos at = piece.meta().tstamp;
  if (at == Nanos{} && end_->stamp_arrivals) at = net().env().clock.realtime();
  seldom().stamps.note_arrival(piece.size(), at);
}

Nanos TcpSocket::arrival(size_t ahead) {
  if (!seldom_ || seldom_->stamps.arrived.empty()) return {};
  const int64_t here = seldom_->stamps.read - static_cast<int64_t>(tcp_unread());
  return seldom_->stamps.arrival(here, here + static_cast<int64_t>(ahead));
}

// ---- what is sent

bool TcpSocket::tells_sent() const {
  return (options().timestamping & kSent) || (seldom_ && !seldom_->stamps.sent.empty());
}

void TcpSocket::next_write(bool ends, std::optional<int> asked) {
  const int own = options().timestamping & kSent;
  if (!own && !asked) return;
  seldom().stamps.next = ends ? asked.value_or(own) : 0;
}

void TcpSocket::note_write(const Packet& data) {
  int flags = options().timestamping & kSent;
  if (seldom_ && seldom_->stamps.next) flags = *std::exchange(seldom_->stamps.next, std::nullopt);
  if (!flags || !data || data.size() == 0 || !connection()) return;
  auto& sent = seldom().stamps.sent;
  const uint32_t start = connection()->write_seq();
  // What goes out together has one stamp, of its end.
  if (!sent.empty() && seq_gt(sent.back().end, start - connection()->unsent())) sent.pop_back();
  if (sent.size() >= TcpStamps::kMost) return;
  TcpStamps::Sent s{start + static_cast<uint32_t>(data.size()), flags, {}};
  const bool with_data = !(options().timestamping & SOF_TIMESTAMPING_OPT_TSONLY);
  if ((flags & SOF_TIMESTAMPING_TX_ACK) && with_data) s.data = data.to_vector();
  sent.push_back(std::move(s));
  end_->watched = true;
}

void TcpSocket::tell_sent(uint32_t what, uint32_t end, ByteVector payload, Ipv4Address source,
                          int ifindex) {
  const bool id = options().timestamping & SOF_TIMESTAMPING_OPT_ID;
  auto q =
      sent_stamp(what, id ? end - 1 - options().timestamping_id : 0, net().env().clock.realtime());
  q.payload = std::move(payload);
  q.offender = source;
  q.ifindex = ifindex;
  seldom().errors.push(std::move(q));
  notify();
}

void TcpSocket::tcp_transmit(const IpTx<V4>& tx, const IpRoute<V4>& route, const Packet& segment) {
  if (!seldom_) return;
  const auto tcp = TcpView::parse(segment.head(), segment.size());
  if (!tcp) return;
  const size_t header = tcp->header_size();
  const uint32_t start = tcp->seq(), end = start + static_cast<uint32_t>(segment.size() - header);
  const bool whole = !(options().timestamping & SOF_TIMESTAMPING_OPT_TSONLY);
  const bool source = whole && (options().timestamping & SOF_TIMESTAMPING_OPT_CMSG);
  for (const TcpStamps::Sent& s : seldom_->stamps.sent) {
    if (!seq_gt(s.end, start) || seq_gt(s.end, end)) continue;
    const auto tell = [&](uint32_t what) {
      ByteVector frame;
      if (whole) {
        const ByteVector bytes = segment.to_vector();
        frame = sent_frame(tx, route, Bytes(bytes).first(header), Bytes(bytes).subspan(header));
      }
      tell_sent(what, s.end, std::move(frame), source ? route.src : Ipv4Address(),
                route.route.dev->ifindex());
    };
    if (s.flags & SOF_TIMESTAMPING_TX_SCHED) tell(SCM_TSTAMP_SCHED);
    if (s.flags & SOF_TIMESTAMPING_TX_SOFTWARE) tell(SCM_TSTAMP_SND);
  }
}

void TcpSocket::tcp_acked() {
  if (!seldom_ || !connection()) return;
  auto& sent = seldom_->stamps.sent;
  while (!sent.empty() && seq_ge(connection()->acked_seq(), sent.front().end)) {
    TcpStamps::Sent s = std::move(sent.front());
    sent.pop_front();
    if (s.flags & SOF_TIMESTAMPING_TX_ACK)
      tell_sent(SCM_TSTAMP_ACK, s.end, std::move(s.data), {}, 0);
  }
  end_->watched = !sent.empty();
}

}  // namespace unetns
