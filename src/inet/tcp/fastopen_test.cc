// TCP Fast Open (RFC 7413): what goes with the SYN, and what becomes of it.
#include <gtest/gtest.h>
#include <linux/tcp.h>

#include "inet/tcp/tcp_fixture.h"

namespace unetns {
namespace {

using namespace std::chrono_literals;
constexpr uint8_t kSyn = TcpFlag::kSyn, kAck = TcpFlag::kAck, kFin = TcpFlag::kFin;
const ByteVector kCookie(8, 1);

class FastOpen : public ::testing::Test {
 protected:
  uint32_t open(size_t size, TcpConnection::FastOpen how = {.cookie = kCookie}) {
    h.w.a.connection = h.w.make_active(h.w.a);
    return h.w.a->connect_fastopen(h.w.now, how, h.w.data(0, size));
  }
  void syn_ack(uint32_t ack, uint16_t mss = 1460, uint8_t flags = kSyn | kAck, size_t size = 0) {
    TcpSegmentIn s = TcpHand::make(5000, ack, flags);
    s.options.mss = mss;
    if (size) s.payload = h.w.data(0, size);
    h.give(std::move(s));
  }
  void serve(size_t size, TcpOptions options = {}) {
    TcpSegmentIn syn = TcpHand::make(5000, 0, kSyn);
    syn.options = options;
    h.w.a.connection = TcpConnection::passive_fastopen(
        {h.w.a, h.w.pool, h.w.a.settings}, h.w.now, tcp_negotiate(h.w.a.settings, syn, 1000, 0),
        h.w.mtu, h.w.overhead, h.w.make_control(), h.w.data(0, size), false);
    h.w.a->connect(h.w.now);
    h.out.clear();
  }
  tcp_info info() {
    tcp_info i;
    h.w.a->fill_info(h.w.now, i);
    return i;
  }
  TcpHand h;
};

TEST_F(FastOpen, TakesWhatFitsBesideTheLargestOptions) {
  EXPECT_EQ(open(5000, {.cookie = kCookie, .whole = false}), 1420u);
  EXPECT_EQ(TcpHand::size(h.out.back()), 1420u);
  EXPECT_EQ(h.w.a->unsent(), 0u);
  EXPECT_EQ(open(5000, {.cookie = kCookie, .peer_mss = 600, .whole = false}), 560u);
  EXPECT_EQ(open(5000, {.cookie = kCookie, .peer_mss = 40, .whole = false}), 0u);
  EXPECT_EQ(open(5000, {.whole = false}), 1420u);  // the server needs none
}

TEST_F(FastOpen, WithoutACookieNothingIsTaken) {
  EXPECT_EQ(open(100, {.cookie = Bytes(), .whole = false}), 0u);
  EXPECT_EQ(open(100, {.cookie = Bytes()}), 100u);
}

TEST_F(FastOpen, CountsTheSynsDataAsSent) {
  open(100);
  EXPECT_EQ(info().tcpi_unacked, 2u);
  EXPECT_EQ(info().tcpi_bytes_sent, 100u);
  EXPECT_EQ(info().tcpi_data_segs_out, 1u);
  syn_ack(1101);
  EXPECT_EQ(info().tcpi_unacked, 0u);
  EXPECT_EQ(info().tcpi_delivered, 1u);
  EXPECT_EQ(info().tcpi_bytes_acked, 101u);
  EXPECT_EQ(info().tcpi_options & TCPI_OPT_SYN_DATA, TCPI_OPT_SYN_DATA);
  EXPECT_EQ(h.w.a.mibs[TcpMib::kTCPFastOpenActive], 1u);
}

TEST_F(FastOpen, WhatASynAckLeavesGoesAgainAtOnce) {
  for (uint32_t taken : {0u, 30u}) {
    open(100);
    h.out.clear();
    syn_ack(1001 + taken);
    ASSERT_EQ(h.out.size(), 1u);
    EXPECT_EQ(h.out[0].seq, 1001 + taken);
    EXPECT_EQ(TcpHand::size(h.out[0]), 100 - taken);
    EXPECT_EQ(info().tcpi_total_retrans, 1u);
    EXPECT_EQ(info().tcpi_lost, 1u);
    EXPECT_EQ(info().tcpi_options & TCPI_OPT_SYN_DATA, 0);
    EXPECT_EQ(h.w.a.mibs[TcpMib::kTCPFastRetrans], 0u);
    h.ack(1101);
    EXPECT_EQ(info().tcpi_unacked, 0u);
    EXPECT_EQ(info().tcpi_snd_cwnd, 10u);
  }
}

TEST_F(FastOpen, WhatIsLeftIsCutAsThePeerWants) {
  open(1400);
  h.out.clear();
  syn_ack(1001, 536);
  ASSERT_FALSE(h.out.empty());
  EXPECT_EQ(h.out[0].gso_size, 536);
}

TEST_F(FastOpen, DataOfTheSynAckIsTakenWithOurs) {
  for (bool taken : {true, false}) {
    open(100);
    syn_ack(taken ? 1101 : 1001, 1460, kSyn | kAck, 10);
    EXPECT_EQ(h.w.a->readable(), taken ? 10u : 0u);
  }
  open(0, {.cookie = Bytes()});
  syn_ack(1001, 1460, kSyn | kAck | kFin, 10);
  EXPECT_EQ(h.w.a->readable(), 10u);
  EXPECT_EQ(h.w.a->state(), TcpState::kCloseWait);
}

TEST_F(FastOpen, ASynThatIsTooLargeGoesAgainWithoutItsData) {
  open(1400);
  h.out.clear();
  h.w.a->path_mtu(h.w.now, 1000);
  ASSERT_EQ(h.out.size(), 1u);
  EXPECT_EQ(h.out[0].flags, kSyn);
  EXPECT_EQ(TcpHand::size(h.out[0]), 0u);
  EXPECT_EQ(h.out[0].options.mss, 960);
  EXPECT_FALSE(h.out[0].options.has_fastopen);
  h.w.a->path_mtu(h.w.now, 900);
  EXPECT_EQ(h.out.size(), 1u);
}

TEST_F(FastOpen, ASynDoesNotGoAgainForAWiderPath) {
  open(1000);
  h.out.clear();
  h.w.a->path_mtu(h.w.now, 9000);
  EXPECT_TRUE(h.out.empty());
}

TEST_F(FastOpen, CrossingSynsAcknowledgeTheData) {
  open(100);
  h.give(TcpHand::make(5000, 0, kSyn));
  h.ack(1101);
  EXPECT_EQ(h.w.a->state(), TcpState::kEstablished);
  EXPECT_EQ(info().tcpi_bytes_acked, 101u);
}

TEST_F(FastOpen, AServersFinWaitsForTheHandshakeUnlessItCloses) {
  serve(10);
  h.w.read(h.w.a);
  h.w.a->shutdown_send(h.w.now);
  EXPECT_TRUE(h.out.empty());
  h.give(TcpHand::make(5011, 1001, kAck));
  ASSERT_FALSE(h.out.empty());
  EXPECT_EQ(h.out.back().flags & kFin, kFin);
  EXPECT_EQ(h.w.a->state(), TcpState::kFinWait1);
  serve(10);
  h.w.read(h.w.a);
  h.w.a->close(h.w.now);
  ASSERT_FALSE(h.out.empty());
  EXPECT_EQ(h.out.back().flags & kFin, kFin);
  serve(10);
  h.w.read(h.w.a);
  h.w.a->shutdown_send(h.w.now);
  h.out.clear();
  h.w.a->close(h.w.now);
  ASSERT_FALSE(h.out.empty());
  EXPECT_EQ(h.out.back().flags & kFin, kFin);
}

TEST_F(FastOpen, OnlyTheSynAckIsSentAgainUntilTheHandshakeEnds) {
  serve(10, TcpHand::sack());
  h.w.write(h.w.a, 100);
  h.out.clear();
  h.w.run(1100ms);
  ASSERT_EQ(h.out.size(), 1u);
  EXPECT_EQ(h.out[0].flags, kSyn | kAck);
  h.give(TcpHand::make(5011, 1001, kAck));
  h.out.clear();
  h.w.run(100ms);
  EXPECT_TRUE(h.out.empty());  // its timeout begins anew
  h.w.run(4s);
  ASSERT_FALSE(h.out.empty());
  EXPECT_EQ(h.out[0].seq, 1001u);
}

TEST_F(FastOpen, AServersSynAckAnswersARepeatedSynNotTooOften) {
  serve(10);
  for (int i = 0; i < 3; i++) h.give(TcpHand::make(5000, 0, kSyn));
  EXPECT_EQ(h.out.size(), 1u);
  EXPECT_EQ(info().tcpi_total_retrans, 1u);
}

}  // namespace
}  // namespace unetns
