#include "socket/packet/packet_ring.h"

#include "socket/packet/packet_fixture.h"

namespace unetns {
namespace {

TEST_F(PacketSocketTest, ARingHoldsAFrameForEachFreeSlot) {
  auto s = packet(*a_, kType);
  ASSERT_TRUE(set(*s, PACKET_VERSION, int{TPACKET_V2}));
  ASSERT_TRUE(set(*s, PACKET_RX_RING, tpacket_req{4096, 1, 2048, 2}));
  const MutableBytes memory = s->ring_memory()->bytes();
  ASSERT_EQ(memory.size(), 4096u);
  for (int i = 0; i < 3; i++) arrive();
  EXPECT_TRUE(s->poll() & POLLIN);
  EXPECT_EQ(s->receive(0).error().code, EAGAIN);
  const auto stats = load<tpacket_stats>(
      s->get_option(root_, SOL_PACKET, PACKET_STATISTICS, sizeof(tpacket_stats))->data());
  EXPECT_EQ(stats.tp_packets, 3u);
  EXPECT_EQ(stats.tp_drops, 1u);
  const auto header = load<tpacket2_hdr>(memory.data() + 2048);
  EXPECT_EQ(header.tp_status & TP_STATUS_USER, uint32_t{TP_STATUS_USER});
  EXPECT_EQ(header.tp_len, 60u);
  EXPECT_EQ(load_be16(memory.data() + 2048 + header.tp_mac + 12), kType);
  store<uint32_t>(memory.data(), TP_STATUS_KERNEL);
  store<uint32_t>(memory.data() + 2048, TP_STATUS_KERNEL);
  EXPECT_FALSE(s->poll() & POLLIN);
  arrive();
  EXPECT_TRUE(s->poll() & POLLIN);
}

TEST_F(PacketSocketTest, BlocksAreGivenWhenFullOrOld) {
  auto s = packet(*a_, kType);
  ASSERT_TRUE(set(*s, PACKET_VERSION, int{TPACKET_V3}));
  ASSERT_TRUE(set(*s, PACKET_RX_RING, tpacket_req3{4096, 2, 2048, 4, 100, 0, 0}));
  const MutableBytes memory = s->ring_memory()->bytes();
  const auto block = [&](size_t i) {
    return load<tpacket_block_desc>(memory.data() + i * 4096).hdr.bh1;
  };
  arrive();
  EXPECT_FALSE(s->poll() & POLLIN);
  env_.advance(std::chrono::milliseconds(150));
  EXPECT_TRUE(s->poll() & POLLIN);
  EXPECT_EQ(block(0).block_status, uint32_t{TP_STATUS_USER | TP_STATUS_BLK_TMO});
  EXPECT_EQ(block(0).num_pkts, 1u);
  for (int i = 0; i < 4; i++) arrive(kType, 1400);
  EXPECT_EQ(block(1).num_pkts, 2u) << "two of them fill it";
  const auto stats = load<tpacket_stats_v3>(
      s->get_option(root_, SOL_PACKET, PACKET_STATISTICS, sizeof(tpacket_stats_v3))->data());
  EXPECT_EQ(stats.tp_drops, 2u);
  EXPECT_EQ(stats.tp_freeze_q_cnt, 1u);
}

TEST_F(PacketSocketTest, WhatTheProgramWritesIntoARingDoesNoHarm) {
  for (int version : {TPACKET_V1, TPACKET_V2, TPACKET_V3}) {
    for (uint32_t reserve : {0u, 17u, 70000u}) {
      auto s = packet(*a_, kType);
      ASSERT_TRUE(set(*s, PACKET_VERSION, version));
      ASSERT_TRUE(set(*s, PACKET_RESERVE, reserve));
      const uint32_t frame = reserve > 4096 ? 131072 : 2048;
      ASSERT_TRUE(
          set(*s, PACKET_RX_RING, tpacket_req3{131072, 2, frame, 2 * 131072 / frame, 0, 0, 0}));
      const MutableBytes memory = s->ring_memory()->bytes();
      SeededRng rng(static_cast<uint64_t>(version) + reserve);
      for (int i = 0; i < 200; i++) {
        arrive(kType, rng.below(1500) + 1);
        if (i % 3 == 0)
          for (int k = 0; k < 64; k++) memory[rng.below(static_cast<uint32_t>(memory.size()))] = 0;
        if (i % 7 == 0) rng.fill(memory.subspan(rng.below(262144 - 256), 256));
      }
      env_.advance(std::chrono::seconds(1));
    }
  }
}

TEST_F(PacketSocketTest, ATransmitRingSendsWhatIsAskedFor) {
  auto s = packet(*a_, 0, v0_), peer = packet(*b_, kType);
  ASSERT_TRUE(set(*s, PACKET_VERSION, int{TPACKET_V2}));
  ASSERT_TRUE(set(*s, PACKET_TX_RING, tpacket_req{4096, 1, 2048, 2}));
  const MutableBytes memory = s->ring_memory()->bytes();
  const ByteVector data = frame(v1_->address.mac(), v0_->address.mac());
  std::memcpy(memory.data() + TPACKET2_HDRLEN - sizeof(sockaddr_ll), data.data(), data.size());
  tpacket2_hdr header{};
  header.tp_status = TP_STATUS_SEND_REQUEST;
  header.tp_len = static_cast<uint32_t>(data.size());
  store(memory.data(), header);
  header.tp_len = 5000;  // more than there is room for
  store(memory.data() + 2048, header);
  EXPECT_EQ(send(*s, {}).error().code, EINVAL);
  EXPECT_EQ(waiting(*peer), 1u);
  EXPECT_EQ(load<uint32_t>(memory.data()), uint32_t{TP_STATUS_AVAILABLE});
  EXPECT_EQ(load<uint32_t>(memory.data() + 2048), uint32_t{TP_STATUS_WRONG_FORMAT});
}

}  // namespace
}  // namespace unetns
