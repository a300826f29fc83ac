// Two ends of TCP and a link between them that delays, loses, reorders and doubles, from a seed;
// time is moved by hand. For tests and fuzzing.
#ifndef UNETNS_INET_TCP_TCP_FIXTURE_H_
#define UNETNS_INET_TCP_TCP_FIXTURE_H_

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <vector>

#include "env/rng.h"
#include "inet/tcp/challenge_budget.h"
#include "inet/tcp/congestion.h"
#include "inet/tcp/connection.h"
#include "inet/tcp/request.h"
#include "packet/packet_pool.h"

namespace unetns {

struct TcpLinkConfig {
  Nanos delay = std::chrono::milliseconds(5);  // one way
  double loss = 0, reorder = 0, duplicate = 0;
  Nanos reorder_by = std::chrono::milliseconds(3);
  bool split_gso = true;  // each segment on its own, as a device would send them
};

class TcpWire;

// One end: the owner of a connection, or a listener with one request at a time.
class TcpEnd final : public TcpHost {
 public:
  TcpEnd(TcpWire& wire, int index) : wire_(wire), index_(index) {}
  void tcp_send(TcpSegmentOut segment) override;
  void tcp_changed() override { changes++; }
  void tcp_confirmed() override { confirmed++; }
  void tcp_path_suspect() override { suspects++; }
  void tcp_count(TcpMib mib, uint32_t n) override { mibs.add(mib, n); }
  void tcp_urgent() override { urgents++; }
  void tcp_fastopen_cookie(Bytes cookie, uint16_t) override {
    fastopen_cookie.assign(cookie.begin(), cookie.end());
  }
  size_t tcp_read_ahead() const override { return read_ahead; }
  TcpMemory tcp_memory() const override { return memory; }
  bool tcp_may_challenge(Nanos now) override { return challenges.take(now, challenge_limit); }

  void arrive(TcpSegmentIn segment);
  std::optional<Nanos> deadline() const;
  void timer();
  TcpConnection& operator*() { return *connection; }
  TcpConnection* operator->() { return connection.get(); }

  TcpSettings settings;
  std::unique_ptr<TcpConnection> connection;
  std::optional<TcpRequest> request;
  bool listening = false, answers_resets = true;
  uint32_t iss = 0;
  TcpMibs mibs;
  int changes = 0, confirmed = 0, suspects = 0, urgents = 0;
  size_t read_ahead = 0;
  ChallengeBudget challenges;
  int32_t challenge_limit = INT32_MAX;
  TcpMemory memory = TcpMemory::kPlenty;
  ByteVector fastopen_cookie;
  uint64_t written = 0, taken = 0;  // stream offsets of the test's data
  bool intact = true;               // all data read was what was written

 private:
  TcpWire& wire_;
  int index_;
};

class TcpWire {
 public:
  struct Sent {  // a segment as it left, for tests to look at
    Nanos at{};
    int from = 0;
    uint32_t seq = 0, ack = 0, size = 0;
    uint8_t flags = 0, ip_ecn = 0;
    uint16_t window = 0, urgent = 0, gso = 0;
    TcpOptions options;
  };

  explicit TcpWire(uint32_t ip_overhead = 20, uint64_t seed = 1, uint32_t mtu = 1500)
      : rng_(seed), overhead(ip_overhead), mtu(mtu) {
    a.iss = rng_.u32();
    b.iss = rng_.u32();
    b.listening = true;
  }
  ~TcpWire() {
    flying_.clear();
    a.connection.reset();
    b.connection.reset();
  }

  static uint8_t byte_at(uint64_t offset) {
    return static_cast<uint8_t>((offset * 0x9e3779b97f4a7c15ull) >> 56);
  }
  Packet data(uint64_t offset, size_t n) {
    Packet p = Packet::allocate(pool, 0, n);
    for (size_t i = 0; i < n; i++) p.head()[i] = byte_at(offset + i);
    return p;
  }

  void open_a() {
    a.connection = make_active(a);
    a->connect(now);
  }
  std::unique_ptr<TcpConnection> make_active(TcpEnd& end) {
    return TcpConnection::active({end, pool, end.settings}, end.iss, mtu, overhead, make_control(),
                                 rng_.u32());
  }
  std::unique_ptr<CongestionControl> make_control() {
    return std::move(*make_congestion_control(control, rng_));
  }
  bool connect() {
    open_a();
    run_until([this] { return up(a) && up(b); }, std::chrono::seconds(200));
    return up(a) && up(b);
  }
  static bool up(TcpEnd& e) { return e.connection && e->state() == TcpState::kEstablished; }

  void write(TcpEnd& end, size_t n, bool more = false, bool urgent = false) {
    end->write(now, data(end.written, n), more, urgent);
    end.written += n;
  }
  // Reads what is there, and checks that it is what the other end wrote.
  size_t read(TcpEnd& end, size_t max = SIZE_MAX) {
    size_t total = 0;
    while (total < max && end.connection) {
      Packet p = end->read(now, max - total);
      if (!p) break;
      for (uint8_t byte : p.to_vector()) end.intact &= byte == byte_at(end.taken++);
      total += p.size();
    }
    return total;
  }
  // Both ends write `n` bytes as there is room and read all, in pieces of the given sizes; true
  // when all has arrived within `limit`.
  bool exchange(uint64_t a_bytes, uint64_t b_bytes, Nanos limit, size_t piece = 20000) {
    const std::array<std::pair<TcpEnd*, uint64_t>, 2> plans = {std::pair{&a, a.written + a_bytes},
                                                               std::pair{&b, b.written + b_bytes}};
    auto step = [&] {
      for (auto& [end, goal] : plans) {
        if (!end->connection) continue;
        while (end->written < goal && (**end).send_room() > 0)
          write(*end, std::min<uint64_t>(piece, goal - end->written));
        read(*end);
      }
      return a.taken >= plans[1].second && b.taken >= plans[0].second;
    };
    return run_until(step, limit);
  }

  // Moves time event by event until `done` says so; false when `limit` has passed before.
  bool run_until(const std::function<bool()>& done, Nanos limit) {
    const Nanos end = now + limit;
    for (;;) {
      if (done()) return true;
      if (!step(end)) {
        now = std::max(now, end);
        return done();
      }
      if (++steps > 20'000'000) return false;  // two ends that talk without an end
    }
  }
  void run(Nanos time) {
    run_until([] { return false; }, time);
  }
  bool step(Nanos end) {
    Nanos next = Nanos::max();
    if (!flying_.empty()) next = flying_.begin()->first;
    for (TcpEnd* e : {&a, &b})
      if (auto d = e->deadline()) next = std::min(next, *d);
    if (next > end) return false;
    now = std::max(now, next);
    if (!flying_.empty() && flying_.begin()->first <= now) {
      auto node = flying_.extract(flying_.begin());
      (node.mapped().to ? b : a).arrive(std::move(node.mapped().segment));
      return true;
    }
    for (TcpEnd* e : {&a, &b})
      if (auto d = e->deadline(); d && *d <= now) e->timer();
    return true;
  }

  // The segment on the wire: out of one end, its header encoded and decoded, into the other.
  void carry(int from, TcpSegmentOut out);
  void fly(int to, TcpSegmentIn segment, Nanos at) {
    flying_.emplace(at, Flying{to, std::move(segment)});
  }
  size_t flying() const { return flying_.size(); }

  PacketPool pool;

 private:
  struct Flying {
    int to;
    TcpSegmentIn segment;
  };
  std::multimap<Nanos, Flying> flying_;
  SeededRng rng_;

 public:
  const uint32_t overhead;
  uint32_t mtu;
  std::string_view control = kDefaultCongestionControl;  // of connections from then on
  Nanos now = std::chrono::seconds(1000);
  TcpLinkConfig link;
  std::function<bool(int from, TcpSegmentOut&)> filter;  // false: lost
  std::vector<Sent> sent;
  bool keep_sent = false;
  uint64_t steps = 0;
  uint8_t set_ecn = 0;  // what a congested router makes of ECT
  TcpEnd a{*this, 0}, b{*this, 1};
  bool chance(double p) { return p > 0 && rng_.below(1'000'000) < p * 1'000'000; }
  SeededRng& rng() { return rng_; }
};

inline void TcpWire::carry(int from, TcpSegmentOut out) {
  const auto size = static_cast<uint32_t>(out.payload ? out.payload.size() : 0);
  if (keep_sent)
    sent.push_back({now, from, out.seq, out.ack, size, out.flags, out.ip_ecn, out.window,
                    out.urgent, out.gso_size, out.options});
  if (filter && !filter(from, out)) return;
  const uint32_t piece = out.gso_size && link.split_gso ? out.gso_size : std::max(size, 1u);
  for (uint32_t at = 0; at == 0 || at < size; at += piece) {
    const uint32_t n = std::min(piece, size - at);
    const bool last = at + n >= size;
    uint8_t raw[TcpHeader::kMaxSize];
    const size_t length = TcpHeader::kMinSize + out.options.size();
    uint8_t flags = out.flags;
    if (!last) flags &= static_cast<uint8_t>(~(TcpFlag::kFin | TcpFlag::kPsh));
    if (at) flags &= static_cast<uint8_t>(~TcpFlag::kCwr);
    TcpHeader{1, 2, out.seq + at, out.ack, flags, out.window, 0, out.urgent}.emit(raw, out.options);
    const auto view = TcpView::parse(Bytes(raw, length), length + n);
    TcpSegmentIn in;
    in.seq = view->seq();
    in.ack = view->ack();
    in.flags = view->flags();
    in.window = view->window();
    in.urgent = view->urgent();
    in.options = view->options();
    in.ip_ecn = out.ip_ecn && set_ecn ? set_ecn : out.ip_ecn;
    const int copies = chance(link.loss) ? 0 : chance(link.duplicate) ? 2 : 1;
    for (int i = 0; i < copies; i++) {
      TcpSegmentIn copy = {in.seq,    in.ack,    in.flags,  in.window,  in.urgent,
                           in.ip_ecn, in.ip_tos, in.ip_ttl, in.options, {}};
      if (n) {
        copy.payload = Packet::allocate(pool, Packet::kHeadroom, 0);
        copy.payload.append_shared(out.payload, at, n);
        if (!link.split_gso) copy.payload.meta().gso_size = out.gso_size;
      }
      const Nanos late = chance(link.reorder) ? link.reorder_by : Nanos{};
      fly(1 - from, std::move(copy), now + link.delay + late);
    }
  }
}

inline void TcpEnd::tcp_send(TcpSegmentOut segment) { wire_.carry(index_, std::move(segment)); }

inline void TcpEnd::arrive(TcpSegmentIn segment) {
  const Nanos now = wire_.now;
  if (connection && connection->state() != TcpState::kClose) {
    connection->segment(now, std::move(segment));
    return;
  }
  const bool fresh_syn =
      (segment.flags & (TcpFlag::kSyn | TcpFlag::kAck | TcpFlag::kRst)) == TcpFlag::kSyn;
  if (request) {
    switch (request->segment(now, segment)) {
      case TcpRequest::Verdict::kResend:
        tcp_send(request->syn_ack(now));
        break;
      case TcpRequest::Verdict::kAck:
        tcp_send(request->reply(now));
        break;
      case TcpRequest::Verdict::kForget:
        request.reset();
        break;
      case TcpRequest::Verdict::kReset:
        if (auto reset = tcp_reset_for(segment)) tcp_send(std::move(*reset));
        break;
      case TcpRequest::Verdict::kEstablished: {
        const TcpNegotiated agreed = request->agreed();
        request.reset();
        connection = TcpConnection::passive({*this, wire_.pool, settings}, now, agreed, wire_.mtu,
                                            wire_.overhead, wire_.make_control());
        connection->segment(now, std::move(segment));
        break;
      }
      default:
        break;
    }
  } else if (listening && fresh_syn && !connection) {
    request.emplace(settings, now, segment, iss, 12345, wire_.mtu, wire_.overhead);
    tcp_send(request->syn_ack(now));
  } else if (answers_resets) {
    if (auto reset = tcp_reset_for(segment)) tcp_send(std::move(*reset));
  }
}

inline std::optional<Nanos> TcpEnd::deadline() const {
  std::optional<Nanos> at;
  if (connection) at = connection->deadline();
  if (request) at = std::min(at.value_or(Nanos::max()), request->deadline());
  return at;
}

inline void TcpEnd::timer() {
  if (connection) connection->timer(wire_.now);
  if (!request) return;
  switch (request->timer(wire_.now)) {
    case TcpRequest::Timer::kResend:
      tcp_send(request->syn_ack(wire_.now));
      break;
    case TcpRequest::Timer::kGiveUp:
      request.reset();
      break;
    case TcpRequest::Timer::kNothing:
      break;
  }
}

// End a against a peer that the test plays by hand: what a sends is in `out`, nothing is carried.
class TcpHand {
 public:
  static constexpr uint32_t kIss = 5000;  // the peer's
  explicit TcpHand(uint32_t ip_overhead = 20) : w(ip_overhead) {
    w.a.iss = 1000;
    w.filter = [this](int, TcpSegmentOut& s) {
      out.push_back(std::move(s));
      return false;
    };
  }
  ~TcpHand() { out.clear(); }

  static TcpOptions sack() {  // for connect()
    TcpOptions o;
    o.sack_permitted = true;
    return o;
  }

  static TcpSegmentIn make(uint32_t seq, uint32_t ack, uint8_t flags, uint16_t window = 60000) {
    TcpSegmentIn s;
    s.seq = seq;
    s.ack = ack;
    s.flags = flags;
    s.window = window;
    return s;
  }
  // To a; the timestamp, when agreed on, is that of now.
  void give(TcpSegmentIn s, size_t size = 0) {
    if (size) s.payload = w.data(s.seq - kIss - 1, size);
    if (timestamps && !s.options.has_ts) {
      s.options.has_ts = true;
      s.options.ts_val = static_cast<uint32_t>(w.now / std::chrono::milliseconds(1));
      s.options.ts_ecr = last_ts;
    }
    w.a.arrive(std::move(s));
    if (!out.empty() && out.back().options.has_ts) last_ts = out.back().options.ts_val;
  }
  void ack(uint32_t n, uint16_t window = 60000) { give(make(kIss + 1, n, TcpFlag::kAck, window)); }
  // a is connected after this, with seq 1001 and 5001 as next numbers; options of the SYN-ACK.
  void connect(TcpOptions options = {}) {
    w.open_a();
    if (options.mss == 0) options.mss = 1460;
    timestamps = options.has_ts && out.back().options.has_ts;
    TcpSegmentIn s = make(kIss, 1001, TcpFlag::kSyn | TcpFlag::kAck);
    s.options = options;
    if (timestamps) {
      s.options.ts_val = static_cast<uint32_t>(w.now / std::chrono::milliseconds(1));
      s.options.ts_ecr = out.back().options.ts_val;
    }
    give(std::move(s));
    out.clear();
  }
  TcpSegmentOut last() {
    if (out.empty()) return {};
    TcpSegmentOut s = std::move(out.back());
    out.clear();
    return s;
  }
  static size_t size(const TcpSegmentOut& s) { return s.payload ? s.payload.size() : 0; }

  TcpWire w;
  std::vector<TcpSegmentOut> out;
  bool timestamps = false;
  uint32_t last_ts = 0;
};

}  // namespace unetns

#endif  // UNETNS_INET_TCP_TCP_FIXTURE_H_
