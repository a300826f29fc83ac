// Packet: fragments that are shared between packets, and clones.
#include <gtest/gtest.h>

#include <numeric>

#include "env/rng.h"
#include "packet/packet.h"
#include "packet/packet_pool.h"

namespace unetns {
namespace {

ByteVector random_bytes(size_t n, uint64_t seed = 3) {
  ByteVector v(n);
  SeededRng(seed).fill(v);
  return v;
}

ByteVector slice(const ByteVector& v, size_t from, size_t n) {
  return {v.begin() + static_cast<ptrdiff_t>(from), v.begin() + static_cast<ptrdiff_t>(from + n)};
}

class PacketShareTest : public testing::Test {
 protected:
  ~PacketShareTest() override { EXPECT_EQ(pool_.live(), 0u); }
  PacketPool pool_;
};

TEST_F(PacketShareTest, SharedBytesOutliveThePacketTheyCameFrom) {
  const ByteVector data = random_bytes(1000);
  Packet head = Packet::allocate(pool_, Packet::kHeadroom, 0);
  {
    Packet from = Packet::copy_of(pool_, data);
    head.append_shared(from, 100, 900);
  }
  EXPECT_FALSE(head.is_linear());
  EXPECT_EQ(head.to_vector(), slice(data, 100, 900));
}

TEST_F(PacketShareTest, NothingIsSharedBeyondTheEnd) {
  Packet from = Packet::copy_of(pool_, random_bytes(500));
  Packet p = Packet::allocate(pool_, 0, 0);
  p.append_shared(from, 500, 10);
  p.append_shared(from, 400, 4000);
  EXPECT_EQ(p.size(), 100u);
}

TEST_F(PacketShareTest, SegmentsOfALargePacketCarryItsBytes) {
  const ByteVector data = random_bytes(60000);
  std::vector<Packet> segments;
  {
    Packet big = Packet::copy_of(pool_, data);
    for (size_t at = 0; at < data.size(); at += 1448) {
      Packet s = Packet::allocate(pool_, Packet::kHeadroom, 0);
      s.append_shared(big, at, 1448);
      segments.push_back(std::move(s));
    }
  }
  Packet whole = Packet::allocate(pool_, 0, 0);
  for (const Packet& s : segments) whole.append_shared(s, 0, s.size());
  segments.clear();
  EXPECT_EQ(whole.to_vector(), data);
  // Neighbouring pieces of one buffer are one fragment again: nothing but the head, and the buffer
  // of `big`.
  EXPECT_LT(whole.footprint(), 128u * 2 + 384 + 66560 + 1);
}

TEST_F(PacketShareTest, ReassemblyOfManyPiecesInAnySizes) {
  SeededRng rng(9);
  const ByteVector data = random_bytes(65000);
  Packet whole = Packet::allocate(pool_, Packet::kHeadroom, 0);
  for (size_t at = 0; at < data.size();) {
    const size_t n = std::min<size_t>(1 + rng.below(700), data.size() - at);
    Packet piece = Packet::copy_of(pool_, slice(data, at, n));
    whole.append_shared(piece, 0, n);
    at += n;
  }
  EXPECT_EQ(whole.to_vector(), data);
  InternetSum sum;
  whole.add_to(sum);
  EXPECT_EQ(sum.checksum(), internet_checksum(data));
  EXPECT_TRUE(whole.ensure_linear(1234));
  EXPECT_EQ(whole.to_vector(), data);
  EXPECT_GE(whole.head().size(), 1234u);
  whole.trim(40001);
  EXPECT_EQ(whole.to_vector(), slice(data, 0, 40001));
  whole.linearize();
  EXPECT_TRUE(whole.is_linear());
  EXPECT_EQ(whole.to_vector(), slice(data, 0, 40001));
}

TEST_F(PacketShareTest, EnsureLinearRefusesMoreThanThereIs) {
  Packet p = Packet::copy_of(pool_, random_bytes(10));
  EXPECT_FALSE(p.ensure_linear(11));
  EXPECT_TRUE(p.ensure_linear(10));
}

TEST_F(PacketShareTest, TrimToAFragmentBorder) {
  const ByteVector data = random_bytes(2000);
  Packet a = Packet::copy_of(pool_, slice(data, 0, 1000)),
         b = Packet::copy_of(pool_, slice(data, 1000, 1000));
  Packet p = Packet::allocate(pool_, 0, 0);
  p.append_shared(a, 0, 1000);
  p.append_shared(b, 0, 1000);
  p.trim(1000);
  EXPECT_EQ(p.to_vector(), slice(data, 0, 1000));
  p.trim(0);
  EXPECT_TRUE(p.is_linear());
}

TEST_F(PacketShareTest, ACloneHasItsOwnHeadAndTheSameMeta) {
  const ByteVector data = random_bytes(100);
  Packet p = Packet::copy_of(pool_, data);
  p.set_mac_here();
  p.pull(14);
  p.meta().mark = 5;
  Packet c = p.clone();
  EXPECT_EQ(c.meta().mark, 5u);
  EXPECT_EQ(c.size(), 86u);
  c.head()[0] ^= 0xff;
  EXPECT_EQ(p.to_vector(), slice(data, 14, 86));
  c.front_to_mac();
  EXPECT_EQ(c.size(), 100u);
}

TEST_F(PacketShareTest, ACloneOfALargeHeadSharesItsPayload) {
  const ByteVector data = random_bytes(60000);
  Packet p = Packet::copy_of(pool_, data);
  Packet c = p.clone();
  EXPECT_EQ(pool_.live(), 2u);
  EXPECT_LT(c.head().size(), 1000u);
  EXPECT_EQ(c.to_vector(), data);
  p = Packet();
  EXPECT_EQ(c.to_vector(), data);
  Packet d = c.clone();
  c = Packet();
  EXPECT_EQ(d.to_vector(), data);
}

TEST_F(PacketShareTest, EnsureWritableUnsharesBeforeAWrite) {
  const ByteVector data = random_bytes(1000);
  Packet p = Packet::copy_of(pool_, data);
  Packet other = Packet::allocate(pool_, 0, 0);
  other.append_shared(p, 100, 900);
  ASSERT_TRUE(p.ensure_writable(100));
  p.head()[99] ^= 0xff;
  ASSERT_TRUE(p.ensure_writable(101));
  p.head()[100] ^= 0xff;
  EXPECT_EQ(other.to_vector(), slice(data, 100, 900));
}

TEST_F(PacketShareTest, PushOverPulledSharedBytesLeavesThemAlone) {
  const ByteVector data = random_bytes(1000);
  Packet p = Packet::copy_of(pool_, data);
  Packet other = Packet::allocate(pool_, 0, 0);
  other.append_shared(p, 0, 1000);
  p.pull(20);
  MutableBytes h = p.push(8);
  std::fill(h.begin(), h.end(), 0);
  EXPECT_EQ(other.to_vector(), data);
}

TEST_F(PacketShareTest, AppendAfterTrimLeavesSharedBytesAlone) {
  const ByteVector data = random_bytes(1000);
  Packet p = Packet::copy_of(pool_, data);
  Packet other = Packet::allocate(pool_, 0, 0);
  other.append_shared(p, 0, 1000);
  p.trim(500);
  MutableBytes t = p.append(100);
  std::fill(t.begin(), t.end(), 0);
  EXPECT_EQ(other.to_vector(), data);
}

TEST_F(PacketShareTest, APacketMaySharePartsOfItself) {
  const ByteVector data = random_bytes(1000);
  Packet p = Packet::copy_of(pool_, data);
  p.append_shared(p, 0, 1000);
  EXPECT_EQ(p.size(), 2000u);
  const ByteVector twice = p.to_vector();
  EXPECT_EQ(slice(twice, 1000, 1000), data);
  p.push(1000);
  EXPECT_EQ(p.size(), 3000u);
  p.pull(1000);
  EXPECT_EQ(p.to_vector(), twice);
}

TEST_F(PacketShareTest, ALongChainOfSharingDoesNotKeepWhatNobodySees) {
  Packet p = Packet::copy_of(pool_, random_bytes(600));
  for (int i = 0; i < 100; i++) {
    Packet next = Packet::copy_of(pool_, random_bytes(400));
    next.append_shared(p, 0, 300);
    p = std::move(next);
  }
  EXPECT_LE(pool_.live(), 2u);
}

}  // namespace
}  // namespace unetns
