// /proc/net/tcp and tcp6: one line for each listener, connection, handshake and one in TIME-WAIT
// (proc(5)). The slot is counted from 0, and the pointer is 0.
#include <fmt/format.h>
#include <linux/tcp.h>

#include <algorithm>
#include <chrono>
#include <tuple>

#include "inet/ip/ipv4_stack.h"
#include "vfs/proc_inet_address.h"
#include "vfs/proc_net.h"

namespace unetns {
namespace {

constexpr size_t kColumns = 149;
constexpr std::string_view kTitles =
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout "
    "inode";
constexpr int kNoTimer = 0, kResendTimer = 1, kKeepaliveTimer = 2, kWaitTimer = 3;

// Clock ticks of programs: 100 a second.
int64_t ticks(Nanos t) { return std::max<int64_t>(t.count(), 0) / 10'000'000; }
int64_t ticks_of_us(uint32_t us) { return us / 10'000; }

std::string start(size_t slot, const TcpRecord<V4>& r, TcpState state, size_t tx, size_t rx) {
  return fmt::format("{:4}: {}:{:04X} {}:{:04X} {:02X} {:08X}:{:08X}", slot,
                     proc_own_address(r.key.local, r.scope), r.key.local_port,
                     proc_peer_address(r.key.remote, r.scope), r.key.remote_port,
                     static_cast<int>(state), tx, rx);
}

// Those of tcp6 are as long as they are.
std::string padded(std::string text, bool inet6) {
  if (!inet6 && text.size() < kColumns) text.resize(kColumns, ' ');
  return text + "\n";
}

// In these states the peer's FIN, too, waits to be read.
bool has_fin(TcpState s) {
  return s == TcpState::kCloseWait || s == TcpState::kLastAck || s == TcpState::kClosing;
}

std::string line(size_t slot, const TcpEndpoint<V4>& e, Nanos now) {
  const TcpOwner<V4>* owner = e.owner();
  const uint64_t inode = owner ? owner->tcp_inode() : 0;
  if (e.listening_state())
    return start(slot, e, TcpState::kListen, 0, e.accept_queue()) +
           fmt::format(" 00:00000000 00000000 {:5} {:8} {} 1 {:016x} 100 0 0 10 0", e.uid, 0, inode,
                       0);
  const TcpConnection& c = *e.connection();
  tcp_info info{};
  c.fill_info(now, info);
  const size_t rx = c.readable() + (owner ? owner->tcp_unread() : 0) + (has_fin(e.state()) ? 1 : 0);
  const auto deadline = c.deadline();
  int timer = kNoTimer;
  if (c.unacked_or_unsent() != 0 || e.state() == TcpState::kSynSent)
    timer = kResendTimer;
  else if (deadline && e.settings.keepalive)
    timer = kKeepaliveTimer;
  const int64_t when = timer != kNoTimer && deadline ? ticks(*deadline - now) : 0;
  const bool slow_start = info.tcpi_snd_ssthresh >= 0x7fffffff;
  return start(slot, e, e.state(), c.unacked_or_unsent(), rx) +
         fmt::format(" {:02X}:{:08X} {:08X} {:5} {:8} {} 1 {:016x} {} {} {} {} {}", timer, when,
                     info.tcpi_retransmits, e.uid, info.tcpi_probes, inode, 0,
                     ticks_of_us(info.tcpi_rto), ticks_of_us(info.tcpi_ato), 0, info.tcpi_snd_cwnd,
                     slow_start ? int64_t{-1} : int64_t{info.tcpi_snd_ssthresh});
}

std::string line(size_t slot, const TcpHalfOpen<V4>& r, Nanos now) {
  return start(slot, r, TcpState::kSynRecv, 0, 0) +
         fmt::format(" {:02X}:{:08X} {:08X} {:5} {:8} {} 0 {:016x}", kResendTimer,
                     ticks(r.request.deadline() - now), r.request.retransmits(), r.uid, 0, 0, 0);
}

std::string line(size_t slot, const TcpWaiting<V4>& w, Nanos now) {
  return start(slot, w, w.time_wait.state(), 0, 0) +
         fmt::format(" {:02X}:{:08X} {:08X} {:5} {:8} {} 3 {:016x}", kWaitTimer,
                     ticks(w.time_wait.deadline() - now), 0, 0, 0, 0, 0);
}

std::string table(const VirtualFilesParts& parts, Net& net, bool inet6) {
  // Listeners stand first; the rest in an order that is the same at each reading.
  std::vector<const TcpRecord<V4>*> records;
  parts.ipv4_stack->tcp().for_each(net, [&](const TcpRecord<V4>& r) {
    if (r.scope.inet6 == inet6) records.push_back(&r);
  });
  auto rank = [](const TcpRecord<V4>* r) {
    return std::tuple(!r->listening, r->key.local_port, r->key.local.value(), r->key.remote.value(),
                      r->key.remote_port);
  };
  std::stable_sort(records.begin(), records.end(),
                   [&](const auto* a, const auto* b) { return rank(a) < rank(b); });
  const Nanos now = net.env().clock.monotonic();
  std::string out = padded(std::string(inet6 ? kProcInet6Titles : kTitles), inet6);
  size_t slot = 0;
  for (const TcpRecord<V4>* r : records) {
    switch (r->kind) {
      case TcpRecordKind::kEndpoint:
        out += padded(line(slot++, *static_cast<const TcpEndpoint<V4>*>(r), now), inet6);
        break;
      case TcpRecordKind::kRequest:
        out += padded(line(slot++, *static_cast<const TcpHalfOpen<V4>*>(r), now), inet6);
        break;
      case TcpRecordKind::kTimeWait:
        out += padded(line(slot++, *static_cast<const TcpWaiting<V4>*>(r), now), inet6);
        break;
    }
  }
  return out;
}

}  // namespace

std::string proc_net_tcp(const VirtualFilesParts& parts, Net& net) {
  return table(parts, net, false);
}

std::string proc_net_tcp6(const VirtualFilesParts& parts, Net& net) {
  return table(parts, net, true);
}

}  // namespace unetns
