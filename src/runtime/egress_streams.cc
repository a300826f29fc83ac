#include "runtime/egress_streams.h"

#include <sys/socket.h>

#include <vector>

#include "inet/ip/ipv4_stack.h"
#include "packet/wire/icmp.h"

namespace unetns {
namespace {

constexpr Nanos kConnectLife = std::chrono::seconds(75);    // then whoever asked has given up
constexpr Nanos kHandshakeLife = std::chrono::seconds(30);  // of the rest of one inside
constexpr Nanos kExpiry = std::chrono::seconds(5);
constexpr int kBacklog = 4096;

}  // namespace

EgressStreams::Door::~Door() {
  if (!listener) return;
  listener->set_observer(nullptr);
  listener->close();
}

EgressStreams::EgressStreams(EventLoop& loop, Kernel& machine, Net& gateway, int ifindex,
                             const EgressTargets& targets)
    : loop_(loop),
      machine_(machine),
      gateway_(gateway),
      ifindex_(ifindex),
      targets_(targets),
      self_(std::make_shared<EgressStreams*>(this)),
      timer_(machine.env().timers, [this] { expire(); }) {}

EgressStreams::~EgressStreams() {
  *self_ = nullptr;
  for (auto& [flow, w] : waiting_) loop_.remove(w->host.get());
}

bool EgressStreams::segment(Packet& packet, const IpRx<V4>& rx) {
  constexpr uint8_t kOpening = TcpFlag::kSyn | TcpFlag::kAck | TcpFlag::kRst | TcpFlag::kFin;
  packet.ensure_linear(std::min<size_t>(packet.size(), TcpHeader::kMaxSize));
  const auto tcp = TcpView::parse(packet.head(), packet.size());
  if (!tcp || (tcp->flags() & kOpening) != TcpFlag::kSyn) return false;
  const EgressFlow flow{IPPROTO_TCP, rx.src, rx.dst, tcp->src_port(), tcp->dst_port()};
  if (joined_.contains(flow)) return false;
  if (auto it = waiting_.find(flow); it != waiting_.end()) {
    if (it->second->answered) return false;
    gateway_.drop(std::move(packet), DropReason::kTcpIgnored);  // again: the first one waits
    return true;
  }
  if (waiting_.size() >= kMaxWaiting || relays_.size() >= kMaxConnections) {
    gateway_.drop(std::move(packet), DropReason::kTcpListenOverflow);
    return true;
  }
  auto made = std::make_unique<Waiting>();
  Waiting& w = *made;
  w.flow = flow;
  w.syn = std::move(packet);
  w.rx = rx;
  w.rx.dev = nullptr;
  w.until = machine_.env().clock.monotonic() + kConnectLife;
  waiting_[flow] = std::move(made);
  if (!timer_.armed()) timer_.arm_in(kExpiry);
  // Never answered from here: who asked is still inside of connect(2).
  if (const int error = connect(w); error != EINPROGRESS)
    machine_.env().tasks.post([self = self_, flow, error] {
      if (*self) (*self)->connected(flow, error);
    });
  return true;
}

int EgressStreams::connect(Waiting& w) {
  const auto to = targets_.of(w.flow.dst, w.flow.dport);
  if (!to) return ECONNREFUSED;
  w.host = UniqueFd(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!w.host) return errno;
  if (::connect(w.host.get(), reinterpret_cast<const sockaddr*>(&*to), sizeof *to) == 0) return 0;
  if (errno != EINPROGRESS) return errno;
  auto added = loop_.add(w.host.get(), EPOLLOUT, [this, flow = w.flow](uint32_t) {
    int error = 0;
    socklen_t length = sizeof error;
    getsockopt(waiting_.at(flow)->host.get(), SOL_SOCKET, SO_ERROR, &error, &length);
    connected(flow, error);
  });
  return added ? EINPROGRESS : added.error().code;
}

void EgressStreams::connected(const EgressFlow& key, int error) {
  const EgressFlow flow = key;  // the caller's may go with the watch
  auto it = waiting_.find(flow);
  if (it == waiting_.end() || it->second->answered) return;
  Waiting& w = *it->second;
  loop_.remove(w.host.get());
  w.rx.dev = machine_.netdevs().by_index(gateway_, ifindex_);
  if (w.rx.dev && error == 0) {
    auto answered = answer(w);
    if (answered) return;
    error = answered.error().code;
  }
  if (w.rx.dev) refuse(w, error);
  forget(flow);
}

Result<void> EgressStreams::answer(Waiting& w) {
  UNETNS_ASSIGN(Door * d, door({w.flow.dst, w.flow.dport}));
  d->users++;
  w.answered = true;
  w.until = machine_.env().clock.monotonic() + kHandshakeLife;
  machine_.ipv4().tcp().receive(gateway_, std::move(w.syn), w.rx);
  return {};
}

// As the host was refused: programs get the same error.
void EgressStreams::refuse(Waiting& w, int error) {
  Ipv4Stack& stack = machine_.ipv4();
  auto tell = [&](uint8_t code) {
    stack.ip().context().icmp_error(gateway_, w.rx.dev, w.syn, IcmpType::kDestUnreachable, code);
    gateway_.drop(std::move(w.syn), DropReason::kNoSocket);
  };
  switch (error) {
    case ECONNREFUSED:
    case ECONNRESET:
      if (doors_.contains({w.flow.dst, w.flow.dport})) return tell(IcmpUnreachable::kPort);
      return stack.tcp().receive(gateway_, std::move(w.syn), w.rx);  // nobody listens: a reset
    case ETIMEDOUT:
      return gateway_.drop(std::move(w.syn), DropReason::kTcpIgnored);
    case ENETUNREACH:
      return tell(IcmpUnreachable::kNet);
    case EACCES:
    case EPERM:
      return tell(IcmpUnreachable::kAdminProhibited);
    default:
      return tell(IcmpUnreachable::kHost);
  }
}

Result<EgressStreams::Door*> EgressStreams::door(const End& end) {
  if (auto it = doors_.find(end); it != doors_.end()) return it->second.get();
  SystemCaller caller;
  auto made = std::make_unique<Door>(*this, end);
  UNETNS_ASSIGN(auto socket, machine_.socket(gateway_, caller, AF_INET, SOCK_STREAM, IPPROTO_TCP));
  made->listener.reset(static_cast<StreamSocket*>(socket.release()));
  StreamSocket& s = *made->listener;
  const int on = 1;
  UNETNS_TRY(s.set_option(caller, SOL_SOCKET, SO_REUSEADDR, bytes_of(on)));
  UNETNS_TRY(s.set_option(caller, SOL_SOCKET, SO_BINDTOIFINDEX, bytes_of(ifindex_)));
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_port = htons(end.second);
  at.sin_addr.s_addr = end.first.be();
  UNETNS_TRY(s.bind(caller, bytes_of(at)));
  UNETNS_TRY(s.listen(kBacklog));
  s.set_observer(made.get());
  return (doors_[end] = std::move(made)).get();
}

void EgressStreams::accept_later(const End& end) {
  machine_.env().tasks.post([self = self_, end] {
    if (*self) (*self)->accept(end);
  });
}

void EgressStreams::accept(const End& end) {
  auto it = doors_.find(end);
  if (it == doors_.end()) return;
  while (auto socket = it->second->listener->accept()) {
    std::unique_ptr<StreamSocket> stack(static_cast<StreamSocket*>(socket->release()));
    auto name = stack->accepted_name();
    const auto peer = name ? load<sockaddr_in>(name->bytes.data()) : sockaddr_in{};
    join({IPPROTO_TCP, Ipv4Address::from_be(peer.sin_addr.s_addr), end.first, ntohs(peer.sin_port),
          end.second},
         std::move(stack));
  }
  close_unused(end);
}

void EgressStreams::join(const EgressFlow& flow, std::unique_ptr<StreamSocket> stack) {
  auto it = waiting_.find(flow);
  if (it == waiting_.end() || !it->second->answered) {
    const linger now{1, 0};  // it took too long: a reset
    SystemCaller caller;
    (void)stack->set_option(caller, SOL_SOCKET, SO_LINGER, bytes_of(now));
    stack->close();
    return;
  }
  relays_.emplace_back(loop_, machine_.env().tasks, machine_.packets(), std::move(it->second->host),
                       std::move(stack), [this, flow](HostRelay& relay) {
                         joined_.erase(flow);
                         relays_.remove_if([&](const HostRelay& r) { return &r == &relay; });
                       });
  doors_.at({flow.dst, flow.dport})->users--;
  waiting_.erase(it);
  joined_.insert(flow);
  if (relays_.back().start()) return;
  joined_.erase(flow);
  relays_.pop_back();
}

void EgressStreams::forget(const EgressFlow& flow) {
  auto it = waiting_.find(flow);
  loop_.remove(it->second->host.get());
  const bool answered = it->second->answered;
  waiting_.erase(it);
  if (!answered) return;
  const End end{flow.dst, flow.dport};
  doors_.at(end)->users--;
  close_unused(end);
}

void EgressStreams::close_unused(const End& end) {
  auto it = doors_.find(end);
  if (it != doors_.end() && it->second->users == 0) doors_.erase(it);
}

void EgressStreams::expire() {
  const Nanos now = machine_.env().clock.monotonic();
  std::vector<EgressFlow> dead;
  for (const auto& [flow, w] : waiting_)
    if (now >= w->until) dead.push_back(flow);
  for (const EgressFlow& flow : dead) forget(flow);
  if (!waiting_.empty()) timer_.arm_in(kExpiry);
}

}  // namespace unetns
