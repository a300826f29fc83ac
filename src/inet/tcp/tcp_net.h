// What TCP keeps in a namespace.
#ifndef UNETNS_INET_TCP_TCP_NET_H_
#define UNETNS_INET_TCP_TCP_NET_H_

#include <absl/container/btree_set.h>
#include <absl/container/flat_hash_map.h>

#include <memory>

#include "env/timers.h"
#include "inet/tcp/bind_table.h"
#include "inet/tcp/challenge_budget.h"
#include "inet/tcp/listener_table.h"
#include "inet/tcp/tcp_endpoint.h"
#include "inet/tcp/time_wait.h"

namespace unetns {

// What is left of a connection that was closed here first.
template <class F>
struct TcpWaiting : TcpRecord<F> {
  explicit TcpWaiting(const TcpTimeWait& tw)
      : TcpRecord<F>(TcpRecordKind::kTimeWait), time_wait(tw) {}
  TcpTimeWait time_wait;
  Nanos queued_for{};
  uint32_t mark = 0;
  uint8_t tos = 0;
};
static_assert(sizeof(TcpWaiting<V4>) <= 192);

// Requests and waiting ones by deadline, with one timer for all of them.
template <class F>
class TcpDeadlines {
 public:
  using Record = TcpRecord<F>;
  TcpDeadlines(TimerQueue& timers, std::function<void()> due) : timer_(timers, std::move(due)) {}
  void insert(Nanos at, Record& r) {
    entries_.insert({at, &r});
    arm();
  }
  void remove(Nanos at, Record& r) { entries_.erase({at, &r}); }
  // The next that is due, taken out; null: none.
  Record* take(Nanos now) {
    if (entries_.empty() || entries_.begin()->first > now) return nullptr;
    Record* r = entries_.begin()->second;
    entries_.erase(entries_.begin());
    return r;
  }
  Record* first() const { return entries_.empty() ? nullptr : entries_.begin()->second; }
  void arm() {
    if (entries_.empty()) return;
    const Nanos at = entries_.begin()->first;
    if (!timer_.armed() || at < timer_.deadline()) timer_.arm_at(at);
  }

 private:
  absl::btree_set<std::pair<Nanos, Record*>> entries_;
  Timer timer_;
};

// A connection without a socket; its namespace lives as long as it.
template <class F>
struct TcpOrphan {
  NetRef net;
  std::unique_ptr<TcpEndpoint<F>> endpoint;  // goes before its namespace does
};

template <class F>
struct TcpNet {
  TcpNet(TimerQueue& timers, std::function<void()> due) : deadlines(timers, std::move(due)) {}
  TcpConnectionTable<F> connections;
  ListenerTable<F> listeners;
  BindTable<F> ports;
  TcpDeadlines<F> deadlines;
  TcpMibs mibs;
  ChallengeBudget challenges;
  uint32_t endpoints = 0, time_waits = 0;
  absl::flat_hash_map<TcpEndpoint<F>*, TcpOrphan<F>> orphans;
  // Connections whose Fast Open handshake has not ended, and who waits for it.
  absl::flat_hash_map<TcpEndpoint<F>*, TcpListening<F>*> fastopen;
  std::string_view congestion;  // net.ipv4.tcp_congestion_control; empty: the default
  FastOpenKeys fastopen_keys;   // net.ipv4.tcp_fastopen_key; none until they are needed
  struct FastOpenCookie {
    uint8_t size = 0;
    std::array<uint8_t, 16> bytes{};
    uint16_t mss = 0;
  };
  absl::flat_hash_map<typename F::Address, FastOpenCookie> fastopen_cookies;  // of servers
  bool knows_cookie(const typename F::Address& server) const {
    const auto it = fastopen_cookies.find(server);
    return it != fastopen_cookies.end() && it->second.size != 0;
  }
};

}  // namespace unetns

#endif  // UNETNS_INET_TCP_TCP_NET_H_
