// Segments that arrive: to whom they belong, and what happens to those that belong to nobody.
#include <linux/icmp.h>

#include "inet/tcp/tcp_layer.h"

namespace unetns {

template <class F>
void TcpLayer<F>::give(Endpoint& endpoint, TcpSegmentIn segment) {
  if (endpoint.stamp_arrivals && segment.size())
    segment.payload.meta().tstamp = endpoint.net_.env().clock.realtime();
  endpoint.run([&, &net = endpoint.net_](TcpConnection& c, Nanos now) {
    if (const auto reason = c.segment(now, std::move(segment)))
      net.drop(std::move(segment.payload), *reason);
  });
}

template <class F>
void TcpLayer<F>::receive(Net& net, Packet packet, const IpRx<F>& rx) {
  TcpNet<F>& s = state(net);
  auto reject = [&](DropReason reason, bool error = false) {
    if (error) s.mibs.add(TcpMib::kInErrs);
    net.drop(std::move(packet), reason);
  };
  if (!rx.to_us_alone()) return reject(DropReason::kTcpIgnored);
  s.mibs.add(TcpMib::kInSegs);
  packet.ensure_linear(std::min<size_t>(packet.size(), TcpHeader::kMaxSize));
  const auto tcp = TcpView::parse(packet.head(), packet.size());
  if (!tcp) return reject(tcp.error(), true);
  if (packet.meta().checksum == ChecksumState::kNone) {
    InternetSum sum =
        pseudo_header_sum<F>(rx.src, rx.dst, IPPROTO_TCP, static_cast<uint32_t>(packet.size()));
    packet.add_to(sum);
    if (sum.folded() != 0xffff) {
      s.mibs.add(TcpMib::kInCsumErrors);
      return reject(DropReason::kTcpChecksum, true);
    }
  }
  const size_t header = tcp->header_size();
  TcpSegmentIn segment;
  segment.seq = tcp->seq();
  segment.ack = tcp->ack();
  segment.flags = tcp->flags();
  segment.window = tcp->window();
  segment.urgent = tcp->urgent();
  segment.ip_ecn = rx.tos & 3;
  segment.ip_tos = rx.tos;
  segment.ip_ttl = rx.ttl;
  if (header > TcpHeader::kMinSize) segment.options = tcp->options();

  const Arrival a{net,
                  s,
                  rx,
                  {rx.dst, rx.src, tcp->dst_port(), tcp->src_port()},
                  packet.meta().mark,
                  net.env().clock.monotonic()};
  auto take_payload = [&] {
    packet.pull(header);
    segment.payload = std::move(packet);
  };
  uint32_t iss = 0;
  if (Record* r = s.connections.find(a.key)) {
    if (r->kind == TcpRecordKind::kEndpoint) {
      auto& endpoint = *static_cast<Endpoint*>(r);
      if (endpoint.ifindex != 0 && !arrives_by(rx, endpoint.ifindex))
        return reject(DropReason::kNoSocket);
      if (rx.ttl < endpoint.path.min_ttl) {
        s.mibs.add(TcpMib::kTCPMinTTLDrop);
        return reject(DropReason::kSocketFilter);
      }
      if (endpoint.owner_ && !endpoint.owner_->tcp_filter(packet, header))
        return reject(DropReason::kSocketFilter);
      take_payload();
      return give(endpoint, std::move(segment));
    }
    take_payload();
    if (r->kind == TcpRecordKind::kRequest)
      return to_request(a, *static_cast<HalfOpen*>(r), std::move(segment));
    if (!to_waiting(a, *static_cast<Waiting*>(r), segment, &iss)) {
      if (segment.size()) net.drop(std::move(segment.payload), DropReason::kTcpIgnored);
      return;
    }
  } else {
    take_payload();
  }
  to_listener(a, std::move(segment), iss);
}

// A packet of our own comes in by the loopback, but for SO_BINDTODEVICE by the device that has its
// destination's address.
template <class F>
bool TcpLayer<F>::arrives_by(const IpRx<F>& rx, int ifindex) const {
  if (rx.dev->ifindex() == ifindex) return true;
  return rx.dev->is_loopback() &&
         ip_.context().routes.address_type(rx.dev->net(), rx.dst, ifindex) == RTN_LOCAL;
}

template <class F>
TcpRecord<F>* TcpLayer<F>::find_listener(const Arrival& a) const {
  Record* found = a.state.listeners.find(a.key, a.rx.dev->ifindex());
  if (found || !a.rx.dev->is_loopback()) return found;
  ip_.context().netdevs.for_each(a.net, [&](NetDevice& dev) {
    if (!found && &dev != a.rx.dev && arrives_by(a.rx, dev.ifindex()))
      found = a.state.listeners.find(a.key, dev.ifindex());
  });
  return found;
}

template <class F>
void TcpLayer<F>::to_listener(const Arrival& a, TcpSegmentIn segment, uint32_t iss) {
  Record* r = find_listener(a);
  if (!r) {
    send_reset(a, segment);
    a.net.drop(std::move(segment.payload), DropReason::kNoSocket);
    return;
  }
  auto& listener = *static_cast<Endpoint*>(r);
  auto ignore = [&] { a.net.drop(std::move(segment.payload), DropReason::kTcpIgnored); };
  if (a.rx.ttl < listener.path.min_ttl) {
    a.state.mibs.add(TcpMib::kTCPMinTTLDrop);
    return ignore();
  }
  if (segment.flags & TcpFlag::kRst) return ignore();
  if (segment.flags & TcpFlag::kAck) return cookie_ack(a, listener, std::move(segment));
  if (!(segment.flags & TcpFlag::kSyn) || (segment.flags & TcpFlag::kFin)) return ignore();
  new_request(a, listener, std::move(segment), iss);
}

template <class F>
bool TcpLayer<F>::to_waiting(const Arrival& a, Waiting& w, const TcpSegmentIn& segment,
                             uint32_t* iss) {
  const auto verdict = w.time_wait.segment(a.now, segment, default_settings(a.net));
  switch (verdict) {
    case TcpTimeWait::Verdict::kNew:
      // Only a listener makes it new; else the old one is answered as ever.
      if (find_listener(a)) {
        *iss = w.time_wait.next_iss();
        forget(a.net, w);
        return true;
      }
      [[fallthrough]];
    case TcpTimeWait::Verdict::kAck:
      send_reply(a.net, a.key, w.time_wait.ack(a.now), {w.mark, w.ifindex, 0, w.tos});
      break;
    case TcpTimeWait::Verdict::kReset:
      send_reset(a, segment);
      forget(a.net, w);
      return false;
    case TcpTimeWait::Verdict::kForget:
      forget(a.net, w);
      return false;
    case TcpTimeWait::Verdict::kIgnore:
      break;
  }
  // It may wait anew, or in another state, from now on.
  if (const Nanos at = w.time_wait.deadline(); at != w.queued_for) {
    a.state.deadlines.remove(w.queued_for, w);
    w.queued_for = at;
    a.state.deadlines.insert(at, w);
  }
  return false;
}

template <class F>
bool TcpLayer<F>::icmp_error(Net& net, const IcmpErrorRx<F>& error) {
  const auto quote = TcpQuote::parse(error.transport);
  TcpNet<F>* s = net.get(slot_).state.get();
  if (!quote || !s) return false;
  Record* r = s->connections.find({error.src, error.dst, quote->src_port, quote->dst_port});
  if (!r) return false;
  const bool too_big = error.too_big(), redirect = error.type == ICMP_REDIRECT;
  if (r->kind == TcpRecordKind::kRequest) {
    const bool gone = !too_big && !redirect &&
                      (error.type == ICMP_TIME_EXCEEDED || error.type == ICMP_PARAMETERPROB ||
                       (error.type == ICMP_DEST_UNREACH &&
                        (error.code == ICMP_NET_UNREACH || error.code == ICMP_HOST_UNREACH)));
    auto& request = *static_cast<HalfOpen*>(r);
    if (gone && quote->seq == request.request.agreed().iss) {
      s->mibs.add(TcpMib::kListenDrops);
      forget(request);
    }
    return true;
  }
  if (r->kind != TcpRecordKind::kEndpoint) return true;
  auto& endpoint = *static_cast<Endpoint*>(r);
  if (!too_big && !redirect) {
    if (error.err == 0 || !endpoint.connection_) return true;
    TcpOwner<F>* owner = endpoint.owner_;
    if (!endpoint.connection_->in_flight(quote->seq)) owner = nullptr;
    if (owner && !endpoint.was_connected_) owner->tcp_icmp_error(error);
    if (owner && endpoint.path.recv_err && endpoint.was_connected_) {
      owner->tcp_soft_error(error.err);
      return true;
    }
    // A connection that is still to be made ends by any of them, but not inside of connect(2), as
    // in Linux, whose socket is locked then; one that stands goes on.
    const bool hard = !endpoint.starting_;
    endpoint.run(
        [&](TcpConnection& c, Nanos now) { c.icmp_error(now, error.err, hard, quote->seq); });
    return true;
  }
  if (!endpoint.connection_ || endpoint.detached_) return true;
  if (!endpoint.connection_->in_flight(quote->seq)) {
    s->mibs.add(TcpMib::kOutOfWindowIcmps);
    return true;
  }
  if (redirect) {
    ip_.redirected(net, error);
    return true;
  }
  if (endpoint.path.pmtu_mode < IP_PMTUDISC_INTERFACE) ip_.path_mtu_told(net, error);
  if (endpoint.path.pmtu_mode == IP_PMTUDISC_DONT || endpoint.path.pmtu_mode >= IP_PMTUDISC_PROBE)
    return true;
  const uint32_t mtu = path_mtu(endpoint);
  if (mtu == 0 || mtu >= endpoint.path_mtu_) return true;
  endpoint.path_mtu_ = mtu;
  endpoint.run([&](TcpConnection& c, Nanos now) { c.path_mtu(now, mtu); });
  return true;
}

#define UNETNS_TCP_INPUT(F)                                                                        \
  template void TcpLayer<F>::give(Endpoint&, TcpSegmentIn);                                        \
  template void TcpLayer<F>::receive(Net&, Packet, const IpRx<F>&);                                \
  template void TcpLayer<F>::to_listener(const Arrival&, TcpSegmentIn, uint32_t);                  \
  template bool TcpLayer<F>::to_waiting(const Arrival&, Waiting&, const TcpSegmentIn&, uint32_t*); \
  template bool TcpLayer<F>::icmp_error(Net&, const IcmpErrorRx<F>&)
UNETNS_TCP_INPUT(V4);

}  // namespace unetns
