// Packet: the linear head, its headroom, and the layer offsets.
#include "packet/packet.h"

#include <gtest/gtest.h>

#include <array>
#include <numeric>

#include "packet/drop_reason.h"
#include "packet/packet_pool.h"

namespace unetns {
namespace {

ByteVector numbers(size_t n) {
  ByteVector v(n);
  std::iota(v.begin(), v.end(), 0);
  return v;
}

TEST(Packet, AMovedFromPacketIsEmpty) {
  PacketPool pool;
  Packet a = Packet::allocate(pool, 10, 20);
  Packet b = std::move(a);
  EXPECT_FALSE(a);
  EXPECT_TRUE(b);
  b = Packet();
  EXPECT_EQ(pool.live(), 0u);
}

TEST(Packet, ALargePayloadStartsOnACacheLine) {
  PacketPool pool;
  for (size_t headroom : {size_t{0}, size_t{14}, Packet::kHeadroom})
    for (size_t size : {4096, 65536, 100000}) {
      Packet p = Packet::allocate(pool, headroom, size);
      EXPECT_EQ(reinterpret_cast<uintptr_t>(p.head().data()) % 64, 0u) << headroom << ' ' << size;
      EXPECT_EQ(p.size(), size);
      EXPECT_GE(p.headroom(), headroom);
    }
  EXPECT_EQ(Packet::allocate(pool, 14, 100).headroom(), 14u) << "a small one wastes nothing";
}

TEST(Packet, PushAndPullMoveTheFront) {
  PacketPool pool;
  Packet p = Packet::copy_of(pool, numbers(20));
  EXPECT_EQ(p.headroom(), Packet::kHeadroom);
  MutableBytes h = p.push(4);
  EXPECT_EQ(h.size(), 4u);
  h[0] = 99;
  EXPECT_EQ(p.size(), 24u);
  EXPECT_EQ(p.head()[0], 99);
  p.pull(5);
  EXPECT_EQ(p.head()[0], 1);
  EXPECT_EQ(p.size(), 19u);
}

TEST(Packet, PushBeyondTheHeadroomKeepsBytesAndOffsets) {
  PacketPool pool;
  Packet p = Packet::copy_of(pool, numbers(40), 2);
  p.set_mac_here();
  p.pull(14);
  p.set_network_here();
  p.pull(20);
  p.set_transport_here();
  p.front_to_mac();
  p.push(100)[0] = 77;
  EXPECT_EQ(p.size(), 140u);
  EXPECT_EQ(p.mac()[0], 0);
  EXPECT_EQ(p.network()[0], 14);
  EXPECT_EQ(p.transport()[0], 34);
  EXPECT_EQ(p.mac().size(), 40u);
  EXPECT_EQ(pool.live(), 1u);
}

TEST(Packet, PulledHeadersSurviveAReallocation) {
  PacketPool pool;
  Packet p = Packet::copy_of(pool, numbers(40), 0);
  p.set_mac_here();
  p.pull(14);
  p.append(1000);
  EXPECT_EQ(p.mac()[3], 3);
  p.front_to_mac();
  EXPECT_EQ(p.size(), 1040u);
}

TEST(Packet, AnUnsetLayerIsEmptyEvenWithoutHeadroom) {
  PacketPool pool;
  Packet p = Packet::copy_of(pool, numbers(40), 0);
  EXPECT_TRUE(p.mac().empty());
  EXPECT_TRUE(p.network().empty());
  EXPECT_TRUE(p.transport().empty());
  p.set_mac_here();
  EXPECT_EQ(p.mac().size(), 40u);
}

TEST(Packet, FrontReturnsToTheLayers) {
  PacketPool pool;
  Packet p = Packet::copy_of(pool, numbers(40));
  p.set_mac_here();
  p.pull(14);
  p.set_network_here();
  p.pull(20);
  p.front_to_network();
  EXPECT_EQ(p.size(), 26u);
  p.front_to_mac();
  EXPECT_EQ(p.size(), 40u);
}

TEST(Packet, TrimCutsTheEndAndNeverGrows) {
  PacketPool pool;
  Packet p = Packet::copy_of(pool, numbers(40));
  p.trim(50);
  EXPECT_EQ(p.size(), 40u);
  p.trim(10);
  EXPECT_EQ(p.to_vector(), numbers(10));
  p.trim(0);
  EXPECT_EQ(p.size(), 0u);
}

TEST(Packet, AppendGrowsTheEnd) {
  PacketPool pool;
  Packet p = Packet::copy_of(pool, numbers(10));
  MutableBytes tail = p.append(300);
  std::fill(tail.begin(), tail.end(), 5);
  EXPECT_EQ(p.size(), 310u);
  EXPECT_EQ(p.head()[9], 9);
  EXPECT_EQ(p.head()[309], 5);
}

TEST(Packet, CopyToStopsAtTheShorter) {
  PacketPool pool;
  Packet p = Packet::copy_of(pool, numbers(10));
  ByteVector out(5, 0xee);
  p.copy_to(out, 8);
  EXPECT_EQ(out, (ByteVector{8, 9, 0xee, 0xee, 0xee}));
  p.copy_to(out, 100);
}

TEST(Packet, ALayerBeyond64KOfStorageIsReachable) {
  PacketPool pool;
  Packet p = Packet::allocate(pool, 100, 65535 + 64);
  p.set_mac_here();
  p.head().back() = 42;
  p.pull(65535 + 63);
  p.set_transport_here();
  ASSERT_EQ(p.transport().size(), 1u);
  EXPECT_EQ(p.transport()[0], 42);
}

TEST(Packet, CompletesAPartialChecksum) {
  PacketPool pool;
  Packet p = Packet::copy_of(pool, numbers(60));
  p.set_mac_here();
  p.meta().checksum = ChecksumState::kPartial;
  p.meta().csum_start = static_cast<uint16_t>(p.meta().mac_offset + 34);
  p.meta().csum_offset = 6;
  const uint16_t pseudo = 0x1234;
  store_be16(p.head().data() + 40, pseudo);
  EXPECT_TRUE(p.complete_checksum());
  InternetSum sum;
  p.add_to(sum, 34);
  EXPECT_EQ(sum.add_u16(pseudo).folded(), 0xffff);
  EXPECT_EQ(p.meta().checksum, ChecksumState::kUnnecessary);
}

TEST(Packet, APartialChecksumOutsideOfTheHeadIsRefused) {
  PacketPool pool;
  Packet p = Packet::copy_of(pool, numbers(60));
  p.set_mac_here();
  p.meta().checksum = ChecksumState::kPartial;
  p.meta().csum_start = static_cast<uint16_t>(p.meta().mac_offset + 34);
  p.meta().csum_offset = 25;
  EXPECT_FALSE(p.complete_checksum());
  p.meta().csum_start = 0;
  EXPECT_FALSE(p.complete_checksum());
}

TEST(PacketPool, TheSteadyStateReusesBuffers) {
  PacketPool pool;
  for (size_t size : {100, 1500, 9000, 17000, 65000}) {
    { Packet p = Packet::allocate(pool, Packet::kHeadroom, size); }
    const size_t cached = pool.cached();
    for (int i = 0; i < 10; i++) Packet p = Packet::allocate(pool, Packet::kHeadroom, size);
    EXPECT_EQ(pool.cached(), cached);
  }
  EXPECT_EQ(pool.cached(), 5u);
  EXPECT_EQ(pool.live(), 0u);
}

TEST(PacketPool, WhatIsLargerThanTheLargestClassIsNotKept) {
  PacketPool pool;
  { Packet p = Packet::allocate(pool, 4096, 65535); }
  EXPECT_EQ(pool.cached(), 0u);
}

TEST(PacketPool, KeepsABoundedNumberPerClass) {
  PacketPool pool;
  std::vector<Packet> many;
  for (int i = 0; i < 500; i++) many.push_back(Packet::allocate(pool, 0, 60000));
  EXPECT_EQ(pool.live(), 500u);
  many.clear();
  EXPECT_EQ(pool.live(), 0u);
  EXPECT_LE(pool.cached(), 64u);
}

TEST(PacketPool, AReusedBufferHasFreshMetadata) {
  PacketPool pool;
  {
    Packet p = Packet::allocate(pool, 0, 10);
    p.meta().mark = 7;
    p.set_mac_here();
  }
  Packet p = Packet::allocate(pool, 0, 10);
  EXPECT_EQ(p.meta().mark, 0u);
  EXPECT_TRUE(p.mac().empty());
}

TEST(DropReason, EveryOneHasNameAndText) {
  EXPECT_EQ(drop_reason_name(DropReason::kNoSocket), "NoSocket");
  for (size_t i = 0; i < kDropReasonCount; i++) {
    EXPECT_FALSE(drop_reason_name(static_cast<DropReason>(i)).empty());
    EXPECT_FALSE(drop_reason_text(static_cast<DropReason>(i)).empty());
  }
  EXPECT_EQ(drop_reason_name(DropReason::kCount), "?");
}

TEST(PacketPieces, NameEveryByteFromTheOffsetOnInOrder) {
  PacketPool pool;
  const ByteVector data(300, 7);
  Packet tail = Packet::copy_of(pool, data);
  Packet p = Packet::copy_of(pool, Bytes(data).first(10), 0);
  p.append_shared(tail, 0, 300);
  std::array<Bytes, 4> out;
  ASSERT_EQ(p.pieces(out, 4), 2u);
  EXPECT_EQ(out[0].size(), 6u);
  EXPECT_EQ(out[1].size(), 300u);
  ASSERT_EQ(p.pieces(out, 15), 1u);
  EXPECT_EQ(out[0].size(), 295u);
  EXPECT_EQ(p.pieces(std::span(out).first(1)), 1u) << "no more than there is room for";
}

}  // namespace
}  // namespace unetns
