// Streams among hostile peers: many connections, forged segments, peers that take nothing. Memory
// stays bounded, and others are served meanwhile.
#include <linux/tcp.h>
#include <malloc.h>

#include "socket/inet/tcp_fixture.h"

namespace unetns {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

class TcpHostileTest : public TcpSocketTest {
 protected:
  // from: 0: any port.
  Ptr dial(uint16_t port, uint16_t from = 0) {
    Ptr c = tcp(*a_);
    if (from != 0) {
      set(*c, SOL_SOCKET, SO_REUSEADDR, 1);
      EXPECT_EQ(bind(*c, "10.0.1.1", from), 0);
    }
    EXPECT_EQ(connect(*c, "10.0.2.1", port), EINPROGRESS);
    env_.settle();
    return c;
  }
  // A stranger connects, asks and is answered.
  void expect_service(TcpSocket& l, uint16_t port) {
    Ptr c = dial(port);
    ASSERT_EQ(connect(*c, "10.0.2.1", port), 0);
    Ptr s = accept(l);
    ASSERT_NE(s, nullptr);
    EXPECT_EQ(send(*c, "ask"), 0);
    env_.settle();
    EXPECT_EQ(receive(*s), "ask");
    EXPECT_EQ(send(*s, "answer"), 0);
    env_.settle();
    EXPECT_EQ(receive(*c), "answer");
  }
};

TEST_F(TcpHostileTest, FiftyThousandConnectionsCostTheirPriceAndOthersAreServed) {
  constexpr size_t kMany = 50'000;
  std::vector<Ptr> ends;
  ends.reserve(2 * kMany);
  Ptr l[] = {listener(*b_, 7000, 100), listener(*b_, 7001, 100)};
  const auto before = mallinfo2().uordblks;
  for (size_t i = 0; i < kMany; i++) {  // more than one pair of ports gives
    ends.push_back(
        dial(static_cast<uint16_t>(7000 + i % 2), static_cast<uint16_t>(10'000 + i / 2)));
    ends.push_back(accept(*l[i % 2]));
    ASSERT_NE(ends.back(), nullptr) << i;
  }
  env_.advance(seconds(3));
  EXPECT_LE((mallinfo2().uordblks - before) / ends.size(), 2048u);
  expect_service(*l[0], 7000);
  for (size_t i = 0; i < ends.size(); i += 2) EXPECT_EQ(send(*ends[i], "x"), 0);
  env_.settle();
  for (size_t i = 1; i < ends.size(); i += 2) ASSERT_EQ(receive(*ends[i]), "x");
  EXPECT_EQ(mibs(*b_)[TcpMib::kCurrEstab], kMany);
  ends.clear();
  env_.advance(minutes(5));
  EXPECT_EQ(mibs(*b_)[TcpMib::kCurrEstab], 0u);
  EXPECT_EQ(stack_->tcp().use(*b_).in_use, 2u) << "the listeners";
  EXPECT_EQ(stack_->tcp().memory(), 0u);
}

TEST_F(TcpHostileTest, SegmentsOfStrangersDoNotEndAConnection) {
  auto [c, s] = joined(7000);
  const uint16_t port = to_be16(load<sockaddr_in>(c->local_name()->bytes.data()).sin_port);
  SeededRng rng(7);
  const uint8_t kinds[] = {TcpFlag::kRst, TcpFlag::kRst | TcpFlag::kAck, TcpFlag::kSyn,
                           TcpFlag::kAck, TcpFlag::kFin | TcpFlag::kAck};
  for (int i = 0; i < 50'000; i++) {
    const auto seq = static_cast<uint32_t>(rng.u64()), ack = static_cast<uint32_t>(rng.u64());
    forge("10.0.1.1", port, 7000, kinds[i % 5], seq, ack, 0, i % 5 == 3 ? 10 : 0);
    if (i % 100 == 0) env_.settle();
  }
  env_.settle();
  EXPECT_LE(mibs(*b_)[TcpMib::kTCPChallengeACK], 2000u) << "they are limited in number";
  EXPECT_EQ(send(*c, "still there"), 0);
  EXPECT_EQ(send(*s, "so are we"), 0);
  env_.settle();
  EXPECT_EQ(receive(*s), "still there");
  EXPECT_EQ(receive(*c), "so are we");
  EXPECT_GE(drops_[DropReason::kTcpOutOfWindow], 39'000)
      << "all but the SYNs, which are asked about";
  EXPECT_GE(drops_[DropReason::kTcpIgnored], 9'900);
}

TEST_F(TcpHostileTest, AScanOfEveryPortLeavesNothing) {
  Ptr l = listener(*b_, 7000);
  const uint8_t kinds[] = {TcpFlag::kSyn,
                           TcpFlag::kAck,
                           TcpFlag::kFin,
                           0,
                           TcpFlag::kFin | TcpFlag::kPsh | TcpFlag::kUrg,
                           TcpFlag::kSyn | TcpFlag::kFin};
  const size_t before = stack_->tcp().memory();
  for (uint32_t to = 1; to < 65536; to++) {
    forge("10.0.1.1", 40000, static_cast<uint16_t>(to), kinds[to % 6], to, 0);
    if (to % 256 == 0) env_.settle();
  }
  env_.settle();
  expect_service(*l, 7000);
  env_.advance(minutes(5));
  EXPECT_EQ(stack_->tcp().memory(), before);
  EXPECT_EQ(stack_->tcp().use(*b_).in_use, 1u);
}

// "Sockstress": handshakes that are completed, and then a window of nothing, or of a few bytes.
TEST_F(TcpHostileTest, PeersThatTakeNothingHoldABoundedAmountForABoundedTime) {
  stack_->tcp().set_memory_limits({.pressure = 4'000'000, .high = 8'000'000});
  Ptr l = listener(*b_, 7000, 1000);
  std::vector<Ptr> peers, held;
  const std::string text(8000, 'x');
  for (int i = 0; i < 2000; i++) {
    peers.push_back(dial(7000));
    set(*peers.back(), SOL_SOCKET, SO_RCVBUF, 0);  // the least there is
    Ptr s = accept(*l);
    ASSERT_NE(s, nullptr) << i;
    for (int k = 0; k < 20 && s->send_room() != 0; k++) send(*s, text);
    env_.settle();
    // A quarter is closed, and what they hold is an orphan's.
    if (i % 4 != 0) held.push_back(std::move(s));
  }
  env_.settle();
  EXPECT_LE(stack_->tcp().memory(), 8'000'000u + 2000u * 2 * TcpConnection::kLeastBuffer);
  Ptr other = listener(*b_, 7001);
  expect_service(*other, 7001);
  env_.advance(minutes(30));
  EXPECT_EQ(stack_->tcp().use(*b_).orphans, 0u) << "they give up";
  peers.clear();
  held.clear();
  env_.advance(minutes(5));
  EXPECT_EQ(stack_->tcp().memory(), 0u);
}

}  // namespace
}  // namespace unetns
