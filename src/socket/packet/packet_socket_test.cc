#include "socket/packet/packet_fixture.h"

namespace unetns {
namespace {

TEST_F(PacketSocketTest, SeesWhatItsProtocolAndDeviceSay) {
  auto all = packet(*a_, ETH_P_ALL), some = packet(*a_, kType), other = packet(*a_, ETH_P_IP);
  auto bound = packet(*a_, kType, v0_), lo = packet(*a_, ETH_P_ALL, netdevs_->loopback(*a_));
  arrive();
  EXPECT_EQ(waiting(*all), 1u);
  EXPECT_EQ(waiting(*some), 1u);
  EXPECT_EQ(waiting(*bound), 1u);
  EXPECT_EQ(waiting(*other), 0u);
  EXPECT_EQ(waiting(*lo), 0u);
}

TEST_F(PacketSocketTest, OnlySocketsOfAllFramesSeeWhatLeavesAndNotTheSender) {
  auto all = packet(*a_, ETH_P_ALL), some = packet(*a_, kType),
       sender = packet(*a_, ETH_P_ALL, v0_);
  ASSERT_TRUE(send(*sender, frame(v1_->address.mac(), v0_->address.mac())));
  const auto m = all->receive(0);
  ASSERT_TRUE(m);
  EXPECT_EQ(address(*m).sll_pkttype, PACKET_OUTGOING);
  EXPECT_EQ(waiting(*some), 0u);
  EXPECT_EQ(waiting(*sender), 0u);
}

TEST_F(PacketSocketTest, DatagramSocketsGiveAndTakePayloads) {
  auto d = packet(*a_, kType, v0_, SOCK_DGRAM), peer = packet(*b_, kType);
  arrive(kType, 50);
  EXPECT_EQ(d->receive(0)->data.size(), 50u);
  ASSERT_TRUE(send(*d, ByteVector(30), bytes_of(name(*v0_, kType, v1_->address.mac()))));
  const auto m = peer->receive(0);
  ASSERT_TRUE(m);
  EXPECT_EQ(m->data.size(), 44u);
  EXPECT_EQ(address(*m).sll_pkttype, PACKET_HOST);
}

TEST_F(PacketSocketTest, NobodyLookingLeavesNoTap) {
  { auto all = packet(*a_, ETH_P_ALL); }
  auto before = v0_->stats.rx_dropped;
  arrive();
  EXPECT_EQ(v0_->stats.rx_dropped, before + 1) << "no protocol takes it";
  auto some = packet(*a_, kType);
  arrive();
  EXPECT_EQ(v0_->stats.rx_dropped, before + 1) << "a socket does";
}

TEST_F(PacketSocketTest, DevicesThatComeLaterAreSeenByUnboundSockets) {
  auto all = packet(*b_, ETH_P_ALL);
  ASSERT_TRUE(netdevs_->move(*v0_, *b_, "moved"));
  up(*v0_, true);
  auto sender = packet(*b_, 0);
  ASSERT_TRUE(send(*sender, frame(v0_->address.mac(), v1_->address.mac()), bytes_of(name(*v1_))));
  EXPECT_EQ(waiting(*all), 2u) << "out of one, into the other";
}

TEST_F(PacketSocketTest, ADeviceGoingDownOrAwayIsAnErrorOnce) {
  auto s = packet(*a_, ETH_P_ALL, v0_);
  up(*v0_, false);
  EXPECT_EQ(s->poll() & POLLERR, uint32_t{POLLERR});
  EXPECT_EQ(s->receive(0).error().code, ENETDOWN);
  EXPECT_EQ(s->receive(0).error().code, EAGAIN);
  EXPECT_EQ(send(*s, ByteVector(20)).error().code, ENETDOWN);
  up(*v0_, true);
  arrive();
  EXPECT_EQ(waiting(*s), 1u);
  netdevs_->unregister_device(*v0_);
  EXPECT_EQ(s->receive(0).error().code, ENETDOWN);
  EXPECT_EQ(send(*s, ByteVector(20)).error().code, ENXIO);
}

TEST_F(PacketSocketTest, MembershipsEndWithTheSocket) {
  {
    auto s = packet(*a_, 0);
    packet_mreq promiscuous{v0_->ifindex(), PACKET_MR_PROMISC, 0, {}};
    packet_mreq unicast{v0_->ifindex(), PACKET_MR_UNICAST, 6, {2, 0, 0, 0, 0, 9}};
    ASSERT_TRUE(set(*s, PACKET_ADD_MEMBERSHIP, promiscuous));
    ASSERT_TRUE(set(*s, PACKET_ADD_MEMBERSHIP, promiscuous));
    ASSERT_TRUE(set(*s, PACKET_ADD_MEMBERSHIP, unicast));
    EXPECT_EQ(v0_->promiscuity, 2u);
    ASSERT_TRUE(set(*s, PACKET_DROP_MEMBERSHIP, promiscuous));
    EXPECT_EQ(v0_->promiscuity, 2u) << "asked for twice";
  }
  EXPECT_EQ(v0_->promiscuity, 0u);
}

TEST_F(PacketSocketTest, FullBufferDropsAreCountedUntilAskedFor) {
  auto s = packet(*a_, kType);
  ASSERT_TRUE(s->set_option(root_, SOL_SOCKET, SO_RCVBUF, bytes_of(int{0})));
  for (int i = 0; i < 20; i++) arrive();
  const auto stats = load<tpacket_stats>(
      s->get_option(root_, SOL_PACKET, PACKET_STATISTICS, sizeof(tpacket_stats))->data());
  EXPECT_EQ(stats.tp_packets, 20u);
  EXPECT_EQ(stats.tp_packets - stats.tp_drops, waiting(*s));
  EXPECT_GT(stats.tp_drops, 0u);
}

TEST_F(PacketSocketTest, VlanTagsOfReceivedFramesAreTold) {
  auto s = packet(*a_, ETH_P_ALL, v0_);
  ByteVector tagged = frame(v0_->address.mac(), v1_->address.mac(), ETH_P_8021Q);
  store_be16(tagged.data() + 14, 0x2005);
  store_be16(tagged.data() + 16, kType);
  arrive(tagged);
  const auto m = s->receive(0);
  ASSERT_TRUE(m);
  EXPECT_EQ(m->data.size(), tagged.size() - 4);
  EXPECT_EQ(to_be16(address(*m).sll_protocol), kType);
  EXPECT_EQ(m->packet_aux->tp_vlan_tci, 0x2005);
  EXPECT_TRUE(m->packet_aux->tp_status & TP_STATUS_VLAN_VALID);
}

TEST_F(PacketSocketTest, AFanoutGroupSeesEachFrameOnce) {
  auto one = packet(*a_, kType), two = packet(*a_, kType), late = packet(*a_, ETH_P_ALL);
  const uint32_t balance = 7 | PACKET_FANOUT_LB << 16;
  ASSERT_TRUE(set(*one, PACKET_FANOUT, balance));
  ASSERT_TRUE(set(*two, PACKET_FANOUT, balance));
  EXPECT_EQ(set(*late, PACKET_FANOUT, balance).error().code, EINVAL) << "other traffic";
  for (int i = 0; i < 6; i++) arrive();
  EXPECT_EQ(waiting(*one), 3u);
  EXPECT_EQ(waiting(*two), 3u);
  two.reset();
  arrive();
  EXPECT_EQ(waiting(*one), 1u);
}

}  // namespace
}  // namespace unetns
