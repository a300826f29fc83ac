// Floods, readers that never read and very many sockets: memory stays bounded, what is lost has its
// reason.
#include <malloc.h>

#include "packet/wire/arp.h"
#include "packet/wire/ethernet.h"
#include "packet/wire/ipv4.h"
#include "socket/inet/inet_fixture.h"

namespace unetns {
namespace {

class FloodsTest : public InetSocketTest {
 protected:
  static size_t in_use() { return mallinfo2().uordblks + mallinfo2().hblkhd; }
  int lost(DropReason reason) { return drops_[reason]; }
};

TEST_F(FloodsTest, AHundredThousandSocketsCostAKilobyteEachAndAreGoneWhenClosed) {
  constexpr size_t kSockets = 100'000;
  (void)make(*a_);
  const size_t before = in_use();
  {
    std::vector<std::unique_ptr<Socket>> sockets;
    sockets.reserve(kSockets);
    for (size_t i = 0; i < kSockets; i++) {
      sockets.push_back(make(*a_));
      // As many as there are ports, on as many addresses of 127.0.0.0/8 as it takes.
      const std::string address = "127.0." + std::to_string(i / 25'000) + ".1";
      ASSERT_EQ(bind(*sockets.back(), address, static_cast<uint16_t>(1024 + i % 25'000)), 0) << i;
    }
    EXPECT_LT((in_use() - before) / kSockets, 1536u);
    EXPECT_EQ(send(*sockets[0], "x", "127.0.3.1", 1024), 0) << "all of them work";
    EXPECT_EQ(receive(*sockets[75'000]), "x");
  }
  env_.settle();
  EXPECT_LT(in_use(), before + (4u << 20));
}

TEST_F(FloodsTest, AReaderThatNeverReadsHoldsNoMoreThanItsBuffer) {
  auto reader = make(*b_), writer = make(*a_);
  ASSERT_EQ(bind(*reader, "10.0.2.1", 7000), 0);
  ASSERT_EQ(set(*reader, SOL_SOCKET, SO_RCVBUF, 8192), 0);
  const ByteVector data(100, 0x61);
  for (int i = 0; i < 5000; i++) ASSERT_EQ(send(*writer, data, "10.0.2.1", 7000), 0);
  EXPECT_LE(pool_.live(), 64u);
  EXPECT_GE(lost(DropReason::kSocketRcvbufFull), 4900);
}

TEST_F(FloodsTest, NeighboursThatDoNotAnswerFillTheirTableAndNoMore) {
  address(*a_, "eth0", "10.9.0.1", 16);
  auto s = make(*a_);
  const ByteVector data(10, 0x61);
  for (int i = 2; i < 5000; i++) {
    const SockAddr to = name("10.9." + std::to_string(i / 250) + "." + std::to_string(i % 250 + 2), 9);
    (void)s->send(root_, {.data = data, .name = to.view()});
  }
  EXPECT_LE(inet_->neigh_table(*a_).entries, 1100u);
  EXPECT_LE(pool_.live(), 1500u);
  EXPECT_GE(lost(DropReason::kNeighTableFull), 3000);
  EXPECT_GE(inet_->neigh_table(*a_).stats.table_fulls, 3000u);
  env_.advance(std::chrono::seconds(60));
  EXPECT_EQ(pool_.live(), 0u);
  EXPECT_GE(lost(DropReason::kNeighFailed), 500);
}

TEST_F(FloodsTest, StrangersWhoAskForUsFillTheTableOfNeighboursAndNoMore) {
  address(*b_, "eth0", "10.9.0.1", 16);
  NetDevice& to = dev(*b_, "eth0");
  for (uint32_t i = 0; i < 20'000; i++) {
    ArpHeader h;
    h.sender_mac = MacAddress{{2, 0, 0, 1, static_cast<uint8_t>(i >> 8), static_cast<uint8_t>(i)}};
    h.sender_ip = Ipv4Address(ip("10.9.1.0").value() + i);
    h.target_ip = ip("10.9.0.1");
    ByteVector frame(EthernetHeader::kSize + ArpHeader::kSize);
    EthernetHeader{MacAddress::broadcast(), h.sender_mac, 0x806}.emit(frame);
    h.emit(MutableBytes(frame).subspan(EthernetHeader::kSize));
    netdevs_->receive(to, Packet::copy_of(pool_, frame));
  }
  EXPECT_LE(inet_->neigh_table(*b_).entries, 1100u);
  EXPECT_GE(inet_->neigh_table(*b_).stats.table_fulls, 15'000u);
  env_.settle();
  EXPECT_EQ(pool_.live(), 0u);
  auto s = make(*b_), r = make(*r_);
  ASSERT_EQ(bind(*r, "10.0.2.254", 7000), 0);
  env_.advance(std::chrono::seconds(10));
  EXPECT_EQ(send(*s, "still served", "10.0.2.254", 7000), 0);
  EXPECT_EQ(receive(*r), "still served");
}

TEST_F(FloodsTest, WhatNobodyTakesIsAnsweredAtARate) {
  auto s = make(*a_);
  const ByteVector data(10, 0x61);
  (void)send(*s, data, "10.0.2.1", 9);
  for (int i = 0; i < 2000; i++) (void)send(*s, data, "10.0.2.1", static_cast<uint16_t>(10 + i));
  EXPECT_EQ(pool_.live(), 0u);
  EXPECT_GE(lost(DropReason::kNoSocket), 2000);
  const IcmpStats stats = stack_->icmp().stats(*b_);
  EXPECT_LE(stats.out_msgs, 10u);
  EXPECT_GE(stats.out_rate_limit_host + stats.out_rate_limit_global, 1900u) << "counted, though never made";
}

TEST_F(FloodsTest, FragmentsThatNeverBecomePacketsFillTheirMemoryAndNoMore) {
  auto s = make(*a_, SOCK_RAW, IPPROTO_RAW);
  for (int i = 0; i < 20'000; i++) {
    ByteVector packet(20 + 400, 0x61);
    Ipv4Header h;
    h.total_length = static_cast<uint16_t>(packet.size());
    h.id = static_cast<uint16_t>(i);
    h.more_fragments = true;
    h.ttl = 64;
    h.protocol = IPPROTO_UDP;
    h.src = ip("10.0.1.1");
    h.dst = ip("10.0.2.1");
    h.emit(packet);
    (void)send(*s, packet, "10.0.2.1");
  }
  EXPECT_LE(pool_.live(), 8192u) << "4 MiB (ipfrag_high_thresh)";
  EXPECT_GE(lost(DropReason::kFragMemory), 10'000);
  env_.advance(std::chrono::seconds(60));
  EXPECT_EQ(pool_.live(), 0u);
  EXPECT_GE(lost(DropReason::kFragTimeout), 1000);
}

TEST_F(FloodsTest, ASocketJoinsAsManyGroupsAsTheSettingSaysAndLeavesThemAll) {
  std::vector<std::unique_ptr<Socket>> sockets;
  int joined = 0;
  const size_t before = in_use();
  for (int i = 0; i < 200; i++) {
    sockets.push_back(make(*a_));
    for (int j = 0; j < 30; j++) {
      const ip_mreqn r{.imr_multiaddr = {ip("239.1.0.0").be() + to_be32(static_cast<uint32_t>(i * 30 + j))},
                       .imr_address = {},
                       .imr_ifindex = dev(*a_, "eth0").ifindex()};
      joined += code(sockets.back()->set_option(root_, SOL_IP, IP_ADD_MEMBERSHIP, bytes_of(r))) == 0;
    }
  }
  EXPECT_EQ(joined, 200 * 20);
  EXPECT_LT(in_use() - before, 4u << 20);
  sockets.clear();
  env_.advance(std::chrono::seconds(60));
  EXPECT_EQ(inet_->groups(dev(*a_, "eth0")).size(), 1u) << "all hosts alone";
}

}  // namespace
}  // namespace unetns
