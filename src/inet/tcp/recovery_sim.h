// For tests: a bulk sender over LossRecovery, a link with a rate, a delay, a queue and losses, and
// a receiver with SACK and D-SACK. All in virtual time.
#ifndef UNETNS_INET_TCP_RECOVERY_SIM_H_
#define UNETNS_INET_TCP_RECOVERY_SIM_H_

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <queue>
#include <vector>

#include "env/rng.h"
#include "inet/tcp/recovery.h"

namespace unetns {

struct SimLink {
  double rate = 12.5e6;  // bytes a second
  Nanos delay = std::chrono::milliseconds(10);
  uint32_t queue = 1 << 20;  // bytes
  double loss = 0;
  double reorder = 0;  // share of packets that take `late` longer
  Nanos late{};
  uint32_t window = 1 << 30;  // the peer's, bytes
  uint32_t mark_above = ~0u;  // ECN: queued bytes
  Nanos ack_every{};          // acks leave together at multiples of it; zero: at once
};

// The queue in front of a link, which several senders may share.
struct SimQueue {
  Nanos free_at{};
  double backlog = 0;  // bytes before each packet, summed up
  uint64_t packets = 0;
  double mean() const { return packets == 0 ? 0 : backlog / static_cast<double>(packets); }
  void forget() { backlog = 0, packets = 0; }  // what was measured
};

class RecoverySim {
 public:
  RecoverySim(LossRecovery::Config config, const SimLink& link, std::string_view control,
              uint64_t seed = 1)
      : link_(link),
        config_(config),
        rng_(seed),
        una_rcv_(config.iss),
        sender_(config, *make_congestion_control(control, rng_)) {
    sender_.handshake_done(now_, 2 * link.delay, false);
  }

  void run(Nanos length, uint64_t bytes = ~uint64_t{0}) {
    const Nanos end = now_ + length;
    begin(bytes);
    while (next() <= end) step();
    now_ = end;
  }
  // The same step by step, for several that take turns.
  void begin(uint64_t bytes = ~uint64_t{0}) {
    left_ = bytes;
    pump();
  }
  Nanos next() const {
    const Nanos event = events_.empty() ? Nanos::max() : events_.top().at;
    return std::max(now_, std::min(event, sender_.deadline().value_or(Nanos::max())));
  }
  void step() {
    const auto timer = sender_.deadline();
    const bool event = !events_.empty() && (!timer || events_.top().at <= *timer);
    now_ = next();
    if (!event) {
      take_timer();
      return;
    }
    const Event e = events_.top();
    events_.pop();
    if (e.is_ack)
      take_ack(e);
    else
      arrive(e);
  }
  void share(RecoverySim& other) { queue_ = other.queue_; }
  SimQueue& queue() { return *queue_; }

  Nanos now() const { return now_; }
  LossRecovery& sender() { return sender_; }
  uint64_t received() const { return received_; }
  uint64_t duplicates() const { return duplicates_; }
  uint64_t dropped() const { return dropped_; }
  uint32_t timeouts() const { return timeouts_; }
  uint32_t probes() const { return probes_; }
  uint32_t reductions() const { return reductions_; }
  uint32_t max_ranges = 0;
  SimLink& link() { return link_; }
  bool blackout = false;                         // drops all data
  bool ack_every_send = false;                   // one ack for a large send, as GRO leads to
  std::function<bool(uint32_t, uint32_t)> drop;  // (start, nth packet): true: lose it

 private:
  struct Event {
    Nanos at;
    uint64_t order;
    bool is_ack, ce = false, last = true;
    uint32_t start = 0, end = 0, ts = 0;
    std::vector<SackBlock> sacks;
    std::optional<SackBlock> dsack;
    bool operator<(const Event& o) const { return at != o.at ? at > o.at : order > o.order; }
  };

  uint32_t ts() const { return static_cast<uint32_t>(now_.count() / 1'000'000); }

  void transmit(uint32_t start, uint32_t end, bool limited) {
    for (uint32_t s = start; s != end;) {
      const uint32_t e = s + std::min(config_.mss, end - s);
      packet(s, e, e == end);
      s = e;
    }
    sender_.sent(now_, start, end, limited);
    max_ranges = std::max(max_ranges, sender_.board().ranges());
  }

  void packet(uint32_t start, uint32_t end, bool last) {
    const double backlog =
        std::max<double>(0, static_cast<double>((queue_->free_at - now_).count())) * 1e-9 *
        link_.rate;
    queue_->backlog += backlog;
    ++queue_->packets;
    ++packets_;
    if (blackout || (drop && drop(start, packets_)) || backlog > link_.queue ||
        (link_.loss > 0 && rng_.u32() < link_.loss * 4294967296.0)) {
      ++dropped_;
      return;
    }
    queue_->free_at = std::max(queue_->free_at, now_) +
                      Nanos(static_cast<int64_t>((end - start + 52) * 1e9 / link_.rate));
    Event e{};
    e.at = queue_->free_at + link_.delay;
    if (link_.reorder > 0 && rng_.u32() < link_.reorder * 4294967296.0) e.at += link_.late;
    e.order = ++order_;
    e.start = start;
    e.end = end;
    e.ts = ts();
    e.ce = backlog > link_.mark_above;
    e.last = last;
    events_.push(e);
  }

  void pump() {
    for (;;) {
      if (auto lost = sender_.next_lost(now_, 65536)) {
        transmit(lost->start, lost->end, false);
        continue;
      }
      const uint32_t used = sender_.snd_nxt() - sender_.snd_una();
      const uint32_t open = link_.window > used ? link_.window - used : 0;
      const uint32_t may = sender_.may_send(now_);
      sender_.window_limited(open < config_.mss && may >= config_.mss);
      uint64_t room =
          std::min<uint64_t>({may, open, left_, uint64_t{65536 / config_.mss} * config_.mss});
      if (room < config_.mss && room < left_) break;
      if (room == 0) break;
      if (room < left_) room -= room % config_.mss;  // as a connection cuts it
      left_ -= room;
      const uint32_t start = sender_.snd_nxt();
      transmit(start, start + static_cast<uint32_t>(room), left_ == 0);
    }
  }

  void arrive(const Event& in) {
    std::optional<SackBlock> dsack;
    if (static_cast<int32_t>(in.end - una_rcv_) <= 0) {
      dsack = SackBlock{in.start, in.end};
      ++duplicates_;
    } else {
      const auto known = std::find_if(parts_.begin(), parts_.end(), [&](const auto& p) {
        return static_cast<int32_t>(in.start - p.first) >= 0 &&
               static_cast<int32_t>(p.second - in.end) >= 0;
      });
      if (known != parts_.end()) {
        dsack = SackBlock{in.start, in.end};
        ++duplicates_;
      } else {
        keep(in.start, in.end);
      }
      const uint32_t before = una_rcv_;
      for (auto p = parts_.begin(); p != parts_.end();) {
        if (static_cast<int32_t>(p->first - una_rcv_) > 0) {
          ++p;
          continue;
        }
        una_rcv_ = seq_max(una_rcv_, p->second);
        p = parts_.erase(p);
      }
      received_ += una_rcv_ - before;
    }
    if (ack_every_send && !in.last && !dsack && parts_.empty() && !in.ce) return;
    Event e{};
    e.at = now_ + link_.delay;
    if (link_.ack_every.count() != 0)
      e.at += link_.ack_every - Nanos(now_.count() % link_.ack_every.count());
    e.order = ++order_;
    e.is_ack = true;
    e.end = una_rcv_;
    e.ts = in.ts;
    e.ce = in.ce;
    if (config_.sack) {
      e.dsack = dsack;
      e.sacks = blocks_around(in.start);
    }
    events_.push(e);
  }

  // With what it touches, however it was cut when it was sent.
  void keep(uint32_t start, uint32_t end) {
    for (auto p = parts_.begin(); p != parts_.end();) {
      if (static_cast<int32_t>(p->first - end) > 0 || static_cast<int32_t>(start - p->second) > 0) {
        ++p;
        continue;
      }
      start = seq_min(start, p->first);
      end = seq_max(end, p->second);
      p = parts_.erase(p);
    }
    parts_[start] = end;
  }

  // The block that holds `seq` first, then the first ones.
  std::vector<SackBlock> blocks_around(uint32_t seq) {
    std::vector<SackBlock> all;
    for (const auto& [s, e] : parts_) {
      if (!all.empty() && all.back().end == s)
        all.back().end = e;
      else
        all.push_back({s, e});
    }
    std::stable_partition(all.begin(), all.end(), [&](const SackBlock& b) {
      return static_cast<int32_t>(seq - b.start) >= 0 && static_cast<int32_t>(seq - b.end) < 0;
    });
    if (all.size() > 3) all.erase(all.begin() + 1, all.end() - 2);
    return all;
  }

  void take_ack(const Event& in) {
    if (static_cast<int32_t>(in.end - sender_.snd_una()) < 0) return;
    AckFacts facts;
    facts.now = now_;
    facts.ack = in.end;
    facts.sacks = in.sacks;
    facts.dsack = in.dsack;
    facts.ece = in.ce;
    facts.ts_now = ts();
    if (config_.timestamps) facts.ts_ecr = in.ts;
    reductions_ += sender_.acked(facts).reduced;
    max_ranges = std::max(max_ranges, sender_.board().ranges());
    pump();
  }

  void take_timer() {
    switch (sender_.on_timer(now_)) {
      case RecoveryTimer::kNone:
        break;
      case RecoveryTimer::kProbe: {
        ++probes_;
        const SeqRange p = sender_.probe(config_.mss);
        if (left_ != 0 && sender_.may_send(now_) >= config_.mss) {
          const uint32_t n = static_cast<uint32_t>(std::min<uint64_t>(left_, config_.mss));
          left_ -= n;
          transmit(sender_.snd_nxt(), sender_.snd_nxt() + n, left_ == 0);
        } else {
          transmit(p.start, p.end, true);
        }
        break;
      }
      case RecoveryTimer::kTimeout:
        ++timeouts_;
        [[fallthrough]];
      case RecoveryTimer::kResend:
        pump();
    }
  }

  SimLink link_;
  LossRecovery::Config config_;
  SeededRng rng_;
  Nanos now_ = std::chrono::seconds(1);
  std::shared_ptr<SimQueue> queue_ = std::make_shared<SimQueue>();
  uint64_t left_ = 0, order_ = 0, received_ = 0, duplicates_ = 0, dropped_ = 0;
  uint32_t packets_ = 0, timeouts_ = 0, probes_ = 0, reductions_ = 0;
  uint32_t una_rcv_;
  std::map<uint32_t, uint32_t> parts_;  // received out of order
  std::priority_queue<Event> events_;
  LossRecovery sender_;
};

}  // namespace unetns

#endif  // UNETNS_INET_TCP_RECOVERY_SIM_H_
