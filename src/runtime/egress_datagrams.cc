#include "runtime/egress_datagrams.h"

#include <sys/socket.h>

#include <algorithm>
#include <array>

#include "inet/ip/ipv4_stack.h"
#include "packet/wire/icmp.h"
#include "packet/wire/udp.h"

namespace unetns {
namespace {

constexpr Nanos kIdle = std::chrono::seconds(60);  // then a flow is forgotten
constexpr int kPerTurn = 32;                       // then others get theirs
constexpr size_t kQuoted = 8;                      // bytes behind the IP header (RFC 792)

}  // namespace

EgressDatagrams::EgressDatagrams(EventLoop& loop, Kernel& machine, Net& gateway, int ifindex,
                                 const EgressTargets& targets)
    : loop_(loop),
      machine_(machine),
      gateway_(gateway),
      ifindex_(ifindex),
      targets_(targets),
      timer_(machine.env().timers, [this] { expire(); }) {}

EgressDatagrams::~EgressDatagrams() {
  for (Flow& f : order_) loop_.remove(f.host.get());
}

bool EgressDatagrams::udp(Packet& packet, const IpRx<V4>& rx) {
  const auto udp = UdpView::parse(packet.head(), packet.size());
  if (!udp) return false;  // UDP itself says what is wrong with it
  if (packet.meta().checksum == ChecksumState::kNone && udp->checksum() != 0) {
    InternetSum sum = pseudo_header_sum<V4>(rx.src, rx.dst, IPPROTO_UDP, udp->length());
    packet.add_to(sum, 0, udp->length());
    if (sum.folded() != 0xffff) return false;
  }
  const EgressFlow name{IPPROTO_UDP, rx.src, rx.dst, udp->src_port(), udp->dst_port()};
  if (!targets_.of(name.dst, name.dport)) return false;  // nobody is there: UDP says so
  Packet taken = std::move(packet);
  Flow* flow = find(name);
  if (!flow) {
    machine_.ipv4().ip().context().icmp_error(gateway_, rx.dev, taken, IcmpType::kDestUnreachable,
                                              IcmpUnreachable::kHost);
    gateway_.drop(std::move(taken), DropReason::kNoSocket);
    return true;
  }
  const Bytes header = taken.network();
  flow->quote = Packet::copy_of(
      machine_.packets(), header.first(std::min<size_t>(header.size(), rx.header_len + kQuoted)));
  flow->quote.set_network_here();
  flow->quote.meta().iif = ifindex_;
  taken.trim(udp->length());
  taken.pull(UdpHeader::kSize);
  send(*flow, taken);
  return true;
}

// The gateway's own addresses answer by themselves.
bool EgressDatagrams::icmp(Packet& packet, const IpRx<V4>& rx) {
  packet.linearize();
  const auto icmp = IcmpView::parse(packet.head());
  if (!icmp || rx.dst == kEgressGateway || rx.dst == kEgressResolver) return false;
  if (icmp->type() != IcmpType::kEchoRequest) return icmp->type() == IcmpType::kTimestamp;
  // Where the host lets nobody ping (net.ipv4.ping_group_range), there is no answer.
  if (Flow* flow = find({IPPROTO_ICMP, rx.src, rx.dst, icmp->echo_id(), 0})) send(*flow, packet);
  return true;
}

EgressDatagrams::Flow* EgressDatagrams::find(const EgressFlow& name) {
  auto it = flows_.find(name);
  if (it == flows_.end()) {
    if (flows_.size() >= kMaxFlows) erase(order_.begin());
    auto host = open(name);
    if (!host) return nullptr;
    order_.push_back({name, std::move(*host), Packet(), Nanos{}});
    it = flows_.emplace(name, std::prev(order_.end())).first;
    const int fd = order_.back().host.get();
    if (!loop_.add(fd, EPOLLIN, [this, name](uint32_t) { readable(name); })) {
      erase(it->second);
      return nullptr;
    }
  }
  Flow& flow = *it->second;
  order_.splice(order_.end(), order_, it->second);
  flow.used = machine_.env().clock.monotonic();
  if (!timer_.armed()) timer_.arm_in(kIdle);
  return &flow;
}

Result<UniqueFd> EgressDatagrams::open(const EgressFlow& name) {
  UniqueFd fd(socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, name.proto));
  if (!fd) return fail(errno);
  const auto to = targets_.of(name.dst, name.dport);
  if (!to) return fail(EHOSTUNREACH);
  if (connect(fd.get(), reinterpret_cast<const sockaddr*>(&*to), sizeof *to) != 0)
    return fail(errno);
  return fd;
}

void EgressDatagrams::send(Flow& flow, const Packet& packet) {
  std::array<Bytes, 64> pieces;
  std::array<iovec, 64> vec;
  const size_t count = packet.pieces(pieces);
  size_t bytes = 0;
  for (size_t i = 0; i < count; i++) {
    vec[i] = {const_cast<uint8_t*>(pieces[i].data()), pieces[i].size()};
    bytes += pieces[i].size();
  }
  if (bytes < packet.size()) return;  // in more pieces than anybody makes: lost
  msghdr message{};
  message.msg_iov = vec.data();
  message.msg_iovlen = count;
  // What a former datagram met is told first, and this one was not sent.
  for (int tries = 0; tries < 2; tries++) {
    if (sendmsg(flow.host.get(), &message, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0) return;
    if (errno != ECONNREFUSED) return;
    unreachable(flow, IcmpUnreachable::kPort);
  }
}

void EgressDatagrams::readable(const EgressFlow& name) {
  auto it = flows_.find(name);
  if (it == flows_.end()) return;
  Flow& flow = *it->second;
  flow.used = machine_.env().clock.monotonic();
  order_.splice(order_.end(), order_, it->second);
  // Nothing that we send on makes or ends a flow of ours, since nobody inside runs meanwhile.
  for (int i = 0; i < kPerTurn && receive(flow); i++) {
  }
}

bool EgressDatagrams::receive(Flow& flow) {
  ssize_t size = recv(flow.host.get(), nullptr, 0, MSG_DONTWAIT | MSG_PEEK | MSG_TRUNC);
  if (size < 0) {
    if (errno == ECONNREFUSED) unreachable(flow, IcmpUnreachable::kPort);
    return errno == ECONNREFUSED;
  }
  if (flow.name.proto == IPPROTO_ICMP) size = Ipv4Header::kMaxPacket;  // there it is not told
  Packet payload =
      Packet::allocate(machine_.packets(), Packet::kHeadroom, static_cast<size_t>(size));
  const ssize_t got = recv(flow.host.get(), payload.head().data(), payload.size(), MSG_DONTWAIT);
  if (got < 0) return false;
  payload.trim(static_cast<size_t>(got));
  reply(flow, std::move(payload));
  return true;
}

void EgressDatagrams::reply(const Flow& flow, Packet payload) {
  Ipv4Stack& stack = machine_.ipv4();
  IpTx<V4> tx;
  tx.src = flow.name.dst;
  tx.dst = flow.name.src;
  tx.oif = ifindex_;
  tx.proto = flow.name.proto;
  tx.pmtu_mode = IP_PMTUDISC_DONT;
  tx.sport = flow.name.dport;
  tx.dport = flow.name.sport;
  const auto route = stack.ip().output().route(gateway_, tx);
  if (!route) return gateway_.drop(std::move(payload), DropReason::kIpNoRoute);
  if (flow.name.proto == IPPROTO_UDP) {
    (void)stack.udp().send(gateway_, tx, *route, std::move(payload), false);
    return;
  }
  // The host's socket has put its own number in the place of the program's.
  const auto icmp = IcmpView::parse(payload.head());
  if (!icmp) return gateway_.drop(std::move(payload), icmp.error());
  IcmpHeader header = icmp->header();
  header.rest = uint32_t{flow.name.sport} << 16 | icmp->echo_sequence();
  header.emit_message(payload.head());
  payload.set_transport_here();
  (void)stack.ip().output().send(gateway_, tx, *route, std::move(payload));
}

void EgressDatagrams::unreachable(const Flow& flow, uint8_t code) {
  NetDevice* dev = machine_.netdevs().by_index(gateway_, ifindex_);
  if (!dev || !flow.quote) return;
  machine_.ipv4().ip().context().icmp_error(gateway_, dev, flow.quote, IcmpType::kDestUnreachable,
                                            code);
}

void EgressDatagrams::erase(Flows::iterator flow) {
  loop_.remove(flow->host.get());
  flows_.erase(flow->name);
  order_.erase(flow);
}

void EgressDatagrams::expire() {
  const Nanos now = machine_.env().clock.monotonic();
  while (!order_.empty() && now - order_.front().used >= kIdle) erase(order_.begin());
  if (!order_.empty()) timer_.arm_at(order_.front().used + kIdle);
}

}  // namespace unetns
