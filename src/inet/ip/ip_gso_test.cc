// TCP packets that are larger than the MTU, but whose segments need not be.
#include "inet/ip/ip_fixture.h"

namespace unetns {
namespace {

class IpGsoTest : public IpTest {
 protected:
  static ByteVector tcp(size_t payload) {
    ByteVector b(20 + payload);
    b[12] = 5 << 4;
    return b;
  }
  // 3000 bytes in segments of 540 (580 as IP packets) arrive at eth0.
  void arrive_large(bool df, uint32_t dst = kFar, uint8_t tos = 0) {
    Packet p = Packet::copy_of(
        pool_, packet({.dst = dst, .proto = 6, .tos = tos, .df = df, .payload = tcp(3000)}));
    p.meta().gso_size = 540;
    netdevs_->push_ethernet(p, routes_.eth0->address.mac(), MacAddress{{2, 9, 9, 9, 9, 9}}, 0x0800);
    netdevs_->receive(*routes_.eth0, std::move(p));
    env_.settle();
  }
  // The same from here. The errno.
  int send(uint8_t pmtu_mode) {
    IpTx<V4> tx;
    tx.dst = Ipv4Address(kFar);
    tx.proto = 6;
    tx.pmtu_mode = pmtu_mode;
    const auto route = stack_->ip().output().route(*net_, tx);
    Packet p = Packet::copy_of(pool_, tcp(3000));
    p.meta().gso_size = 540;
    const auto sent = stack_->ip().output().send(*net_, tx, *route, std::move(p));
    return sent ? 0 : sent.error().code;
  }
  void mtu(uint32_t mtu) { ASSERT_TRUE(netdevs_->set_mtu(*routes_.eth1, mtu)); }
  std::vector<size_t> sizes() {
    std::vector<size_t> out;
    for (auto& s : sent()) out.push_back(s.bytes.size());
    return out;
  }
};

TEST_F(IpGsoTest, ForwardedWholeWhenTheSegmentsFit) {
  mtu(580);
  arrive_large(true);
  EXPECT_EQ(sizes(), (std::vector<size_t>{3040}));
  EXPECT_EQ(stats().forw_datagrams, 1u);
}

TEST_F(IpGsoTest, TheSenderOfTooLargeSegmentsIsToldTheMtu) {
  mtu(579);
  arrive_large(true);
  ASSERT_EQ(sent().size(), 1u);
  EXPECT_EQ(sent()[0].icmp().code(), IcmpUnreachable::kFragmentationNeeded);
  EXPECT_EQ(sent()[0].icmp().mtu(), 579);
  EXPECT_EQ(drops_[DropReason::kIpFragNeeded], 1);
}

TEST_F(IpGsoTest, SegmentsWithoutDfAreCutEachByItself) {
  mtu(576);
  arrive_large(false);
  EXPECT_EQ(sizes(), (std::vector<size_t>{572, 28, 572, 28, 572, 28, 572, 28, 572, 28, 340}));
  EXPECT_EQ(sent()[2].ip().id(), sent()[0].ip().id() + 1);
  EXPECT_FALSE(sent()[10].ip().is_fragment());
}

TEST_F(IpGsoTest, OursGoWholeAndWithDfWhenTheSegmentsFit) {
  mtu(580);
  EXPECT_EQ(send(IP_PMTUDISC_WANT), 0);
  ASSERT_EQ(sizes(), (std::vector<size_t>{3040}));
  EXPECT_TRUE(sent()[0].ip().dont_fragment());
}

TEST_F(IpGsoTest, OursThatDoNotFitAreRefusedOrCut) {
  mtu(576);
  EXPECT_EQ(send(IP_PMTUDISC_DO), EMSGSIZE);
  EXPECT_EQ(send(IP_PMTUDISC_WANT), 0);
  EXPECT_EQ(sent().size(), 11u);
}

TEST_F(IpGsoTest, ReceivedOnceButItsSegmentsCountForEcn) {
  arrive_large(true, kOurs, 2);
  EXPECT_EQ(stats().in_receives, 1u);
  EXPECT_EQ(stats().in_ect0_pkts, 6u);
}

}  // namespace
}  // namespace unetns
