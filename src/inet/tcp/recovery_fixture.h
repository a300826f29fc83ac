// For tests of LossRecovery: a sender whose acks and clock are moved by hand. Segments are
// numbered: segment 0 is the first; all are full.
#ifndef UNETNS_INET_TCP_RECOVERY_FIXTURE_H_
#define UNETNS_INET_TCP_RECOVERY_FIXTURE_H_

#include <gtest/gtest.h>
#include <linux/tcp.h>

#include <vector>

#include "inet/tcp/recovery.h"

namespace unetns {

struct AckExtra {
  std::optional<SackBlock> dsack = std::nullopt;
  std::optional<Nanos> echo = std::nullopt;  // when what is acknowledged left
  bool ece = false;
};

class RecoveryTest : public testing::Test {
 protected:
  static constexpr uint32_t kMss = 1000;
  static constexpr uint32_t kIss = 0xffffe000u;  // so that numbers wrap soon

  LossRecovery::Config config() {
    LossRecovery::Config c;
    c.iss = kIss;
    c.mss = kMss;
    c.sack = true;
    return c;
  }
  void start(const LossRecovery::Config& c, std::string_view control = "reno",
             std::optional<Nanos> rtt = {}) {
    config_ = c;
    r = std::make_unique<LossRecovery>(c, *make_congestion_control(control, rng));
    r->handshake_done(now, rtt, false);
  }
  static uint32_t seq(uint32_t segment) { return kIss + segment * kMss; }

  // New segments, one after the other.
  void send(uint32_t count, Nanos apart = {}, bool app_limited = false) {
    for (uint32_t i = 0; i < count; ++i) {
      if (i != 0) now += apart;
      r->sent(now, r->snd_nxt(), r->snd_nxt() + kMss, app_limited);
    }
  }
  // Sends what is marked lost, as far as it may; gives the segments.
  std::vector<uint32_t> resend(uint32_t most = 1000) {
    std::vector<uint32_t> all;
    while (all.size() < most) {
      auto lost = r->next_lost(now, kMss);
      if (!lost) break;
      all.push_back((lost->start - kIss) / kMss);
      r->sent(now, lost->start, lost->end, false);
    }
    return all;
  }
  // All segments before `next` arrived, and the SACKed ranges [first, last).
  AckResult ack(uint32_t next, std::vector<SackBlock> sacks = {}, AckExtra extra = {}) {
    for (SackBlock& b : sacks) b = {seq(b.start), seq(b.end)};
    AckFacts f;
    f.now = now;
    f.ack = seq(next);
    f.sacks = sacks;
    f.dsack = extra.dsack;
    f.ece = extra.ece;
    f.ts_now = static_cast<uint32_t>(now.count() / 1'000'000);
    if (extra.echo) f.ts_ecr = static_cast<uint32_t>(extra.echo->count() / 1'000'000);
    return r->acked(f);
  }
  SackBlock segments(uint32_t first, uint32_t last) { return {seq(first), seq(last)}; }
  // Moves time to the deadline.
  RecoveryTimer fire() {
    auto at = r->deadline();
    if (!at) return RecoveryTimer::kNone;
    now = std::max(now, *at);
    return r->on_timer(now);
  }
  tcp_info info() {
    tcp_info i{};
    r->fill_info(now, i);
    return i;
  }
  // A connection with this round trip time, a window of `cwnd` and nothing in flight.
  uint32_t warm_up(Nanos rtt, uint32_t cwnd, std::string_view control = "reno") {
    start(config(), control, rtt);
    uint32_t next = 0;
    while (r->control().cwnd() < cwnd) {
      const uint32_t n = r->control().cwnd();
      send(n);
      now += rtt;
      ack(next += n);
    }
    r->control().set_cwnd(cwnd);
    r->control().set_ssthresh(CongestionControl::kUnlimited);
    return next;
  }

  SeededRng rng{1};
  Nanos now = std::chrono::seconds(1000);
  LossRecovery::Config config_;
  std::unique_ptr<LossRecovery> r;
};

}  // namespace unetns

#endif  // UNETNS_INET_TCP_RECOVERY_FIXTURE_H_
