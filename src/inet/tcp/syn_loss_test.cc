// SYNs and SYN-ACKs that get lost, or are slow, or carry what nobody wants.
#include <gtest/gtest.h>
#include <linux/tcp.h>

#include "inet/tcp/tcp_fixture.h"

namespace unetns {
namespace {

using namespace std::chrono_literals;
constexpr uint8_t kSyn = TcpFlag::kSyn, kAck = TcpFlag::kAck;

// b, from a Fast Open SYN with ten bytes.
void open_child(TcpWire& w) {
  TcpNegotiated agreed;
  agreed.iss = 7000;
  agreed.irs = 5000;
  agreed.peer_window = 60000;
  agreed.peer_mss = 1460;
  w.control = "reno";
  w.b.connection = TcpConnection::passive_fastopen({w.b, w.pool, w.b.settings}, w.now, agreed, 1500,
                                                   20, w.make_control(), w.data(0, 10), false);
  w.b->connect(w.now);
}

TEST(TcpSyns, ASlowSynIsNoLostOne) {
  for (const bool slow : {false, true}) {
    TcpHand h;
    h.w.open_a();
    const uint32_t first = h.last().options.ts_val;
    h.w.run_until([&] { return h.out.size() == 2; }, 10s);
    TcpSegmentIn s = TcpHand::make(5000, 1001, kSyn | kAck);
    s.options.mss = 1460;
    s.options.has_ts = true;
    s.options.ts_val = 77;
    s.options.ts_ecr = slow ? first : h.out.back().options.ts_val;
    h.give(std::move(s));
    struct tcp_info info;
    h.w.a->fill_info(h.w.now, info);
    EXPECT_EQ(info.tcpi_snd_cwnd, slow ? 10u : 1u);
    EXPECT_EQ(info.tcpi_total_retrans, 2u);
    EXPECT_EQ(info.tcpi_ca_state, TCP_CA_Loss) << "without SACK, until data is acknowledged";
    h.w.write(h.w.a, 10);
    h.ack(1011);
    h.w.a->fill_info(h.w.now, info);
    EXPECT_EQ(info.tcpi_ca_state, TCP_CA_Open);
  }
}

TEST(TcpSyns, DataThatASynSentHasNoUseForIsADrop) {
  for (const uint8_t flags : {kSyn, uint8_t(kSyn | kAck)})
    for (const size_t size : {0u, 10u}) {
      TcpHand h;
      h.w.open_a();
      TcpSegmentIn s = TcpHand::make(5000, 1001, flags);
      if (size) s.payload = h.w.data(0, size);
      const auto reason = h.w.a->segment(h.w.now, std::move(s));
      EXPECT_EQ(reason.has_value(), size != 0);
      EXPECT_EQ(h.w.a->readable(), 0u);
    }
}

TEST(TcpSyns, AFastOpenServersSynAckGoesOnceMore) {
  for (const bool own : {false, true}) {
    TcpWire w;
    w.b.settings.synack_retries = 1;
    w.b.settings.own_syn_retries = own;
    w.b.settings.syn_retries = 1;
    int sent = 0;
    w.filter = [&](int, TcpSegmentOut& s) {
      sent += (s.flags & kSyn) != 0;
      return false;
    };
    open_child(w);
    w.run_until([&] { return w.b->state() == TcpState::kClose; }, 60s);
    EXPECT_EQ(sent, own ? 2 : 3);
  }
}

TEST(TcpSyns, APacedFastOpenServerGoesOnBeforeTheHandshakeEnds) {
  TcpWire w;
  w.b.settings.max_pacing_rate = 1'000'000;
  size_t sent = 0;
  w.filter = [&](int, TcpSegmentOut& s) {
    sent += TcpHand::size(s);
    return false;
  };
  open_child(w);
  w.b->write(w.now, w.data(0, 14'600), false, false);
  EXPECT_LT(sent, 14'600u);
  w.run_until([&] { return sent >= 14'600; }, 500ms);
  EXPECT_EQ(sent, 14'600u);
}

}  // namespace
}  // namespace unetns
