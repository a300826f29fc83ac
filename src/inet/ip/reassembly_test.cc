#include "inet/ip/reassembly.h"

#include <gtest/gtest.h>

#include "packet/packet_pool.h"

namespace unetns {
namespace {

using std::chrono::seconds;

template <class F>
class ReassemblyTest : public ::testing::Test, public Reassembler<F>::Owner {
 protected:
  static constexpr size_t kHeader = 20;

  void fragments_timed_out(Packet first, std::vector<Packet> rest) override {
    timeouts_++;
    first_seen_ = static_cast<bool>(first);
    rest_ = rest.size();
  }
  // A fragment whose payload bytes tell their place in the whole.
  ReassemblyResult add(uint32_t offset, uint32_t length, bool more, uint32_t id = 1,
                       uint8_t ecn = 0) {
    Packet p = Packet::allocate(pool_, 128, kHeader + length);
    for (uint32_t i = 0; i < length; i++)
      p.head()[kHeader + i] = static_cast<uint8_t>((offset + i) * 7);
    FragmentKey<F> key;
    key.src.bytes[3] = 1;
    key.id = id;
    return reassembler_.add(key, std::move(p), {kHeader, offset, more, ecn}, limits_);
  }
  static bool right(const Packet& p, size_t payload) {
    const ByteVector b = p.to_vector();
    if (b.size() != kHeader + payload) return false;
    for (size_t i = 0; i < payload; i++)
      if (b[kHeader + i] != static_cast<uint8_t>(i * 7)) return false;
    return true;
  }
  FakeEnv env_;
  PacketPool pool_;
  FragmentLimits limits_;
  Reassembler<F> reassembler_{env_.env(), *this};
  int timeouts_ = 0;
  bool first_seen_ = false;
  size_t rest_ = 0;
};
using Families = ::testing::Types<V4, V6>;
TYPED_TEST_SUITE(ReassemblyTest, Families);

TYPED_TEST(ReassemblyTest, FragmentsInAnyOrderMakeTheWhole) {
  EXPECT_FALSE(this->add(2000, 500, false).complete);
  EXPECT_FALSE(this->add(0, 1000, true).complete);
  const auto r = this->add(1000, 1000, true);
  ASSERT_TRUE(r.complete);
  EXPECT_TRUE(this->right(r.complete, 2500));
  EXPECT_EQ(this->reassembler_.memory(), 0);
  EXPECT_EQ(this->reassembler_.queues(), 0u);
}

TYPED_TEST(ReassemblyTest, RepeatedFragmentsAreIgnored) {
  this->add(0, 800, true);
  const auto again = this->add(0, 800, true);
  EXPECT_EQ(again.dropped.size(), 1u);
  EXPECT_TRUE(this->add(800, 8, false).complete);
}

TYPED_TEST(ReassemblyTest, AnOverlapEndsTheQueue) {
  this->add(0, 800, true);
  const auto r = this->add(792, 16, true);
  EXPECT_EQ(r.reason, DropReason::kFragOverlap);
  EXPECT_EQ(r.dropped.size(), 2u);
  EXPECT_EQ(this->reassembler_.queues(), 0u);
}

TYPED_TEST(ReassemblyTest, NothingLiesBeyondTheLastFragment) {
  this->add(800, 8, false);
  EXPECT_EQ(this->add(808, 8, true).dropped.size(), 2u);
  this->add(800, 8, false);
  EXPECT_EQ(this->add(1600, 8, false).dropped.size(), 2u) << "two different ends";
}

TYPED_TEST(ReassemblyTest, NoMoreThan64KilobytesAreTaken) {
  this->add(65528, 800, false);
  for (uint32_t at = 0; at < 65520; at += 32760) this->add(at, 32760, true);
  EXPECT_EQ(this->add(65520, 8, true).reason, DropReason::kFragTooFar);
  this->add(0, 40000, true);
  EXPECT_EQ(this->add(40000, 25530, false).reason, DropReason::kFragTooFar)
      << "the header does not fit any more";
}

TYPED_TEST(ReassemblyTest, OddLengthsInTheMiddleAreCutToEightBytes) {
  this->add(0, 803, true);
  const auto r = this->add(800, 10, false);
  ASSERT_TRUE(r.complete);
  EXPECT_TRUE(this->right(r.complete, 810));
}

TYPED_TEST(ReassemblyTest, AQueueThatDoesNotCompleteTimesOut) {
  this->add(0, 800, true);
  this->add(1600, 8, true);
  this->env_.advance(seconds(29));
  EXPECT_EQ(this->timeouts_, 0);
  this->env_.advance(seconds(1));
  EXPECT_EQ(this->timeouts_, 1);
  EXPECT_TRUE(this->first_seen_);
  EXPECT_EQ(this->rest_, 1u);
  EXPECT_EQ(this->reassembler_.memory(), 0);
  EXPECT_EQ(this->env_.env().timers.size(), 0u);
}

TYPED_TEST(ReassemblyTest, EachQueueHasItsOwnDeadline) {
  this->add(0, 8, true, 1);
  this->env_.advance(seconds(20));
  this->add(8, 8, true, 2);
  this->env_.advance(seconds(10));
  EXPECT_EQ(this->timeouts_, 1);
  this->env_.advance(seconds(20));
  EXPECT_EQ(this->timeouts_, 2);
  EXPECT_FALSE(this->first_seen_);
}

TYPED_TEST(ReassemblyTest, WhatIsTooFarApartIsNotOfOnePacket) {
  this->limits_.max_distance = 3;
  this->add(0, 8, true, 1);
  for (uint32_t id = 10; id < 12; id++) this->add(0, 8, true, id);
  EXPECT_TRUE(this->add(8, 8, false, 1).complete);
  this->add(0, 8, true, 2);
  for (uint32_t id = 20; id < 23; id++) this->add(0, 8, true, id);
  const auto r = this->add(8, 8, false, 2);
  EXPECT_FALSE(r.complete);
  EXPECT_EQ(r.fails, 1u);
  EXPECT_EQ(r.dropped.size(), 1u) << "the old one";
  this->limits_.max_distance = 0;
  EXPECT_TRUE(this->add(0, 8, true, 2).complete) << "the new one stayed";
}

TYPED_TEST(ReassemblyTest, CongestionOfAFragmentIsThePackets) {
  this->add(0, 8, true, 1, 2);
  const auto marked = this->add(8, 8, false, 1, 3);
  EXPECT_TRUE(marked.complete);
  EXPECT_TRUE(marked.congested);
  this->add(0, 8, true, 2, 0);
  const auto mixed = this->add(8, 8, false, 2, 3);
  EXPECT_FALSE(mixed.complete) << "RFC 3168 §5.3";
  EXPECT_EQ(mixed.fails, 1u);
}

TYPED_TEST(ReassemblyTest, MemoryIsBounded) {
  this->limits_.high_thresh = 100'000;
  uint32_t refused = 0;
  for (uint32_t id = 0; id < 1000; id++)
    refused += this->add(0, 1000, true, id).reason == DropReason::kFragMemory;
  EXPECT_GT(refused, 900u);
  EXPECT_LT(this->reassembler_.memory(), 102'000);
}

}  // namespace
}  // namespace unetns
