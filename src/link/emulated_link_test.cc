#include "link/emulated_link.h"

#include "netdev/netdev_fixture.h"

namespace unetns {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::Gt;
using testing::Lt;

// Takes what arrives, and notes when.
class Arrivals final : public EtherTypeHandler {
 public:
  explicit Arrivals(const FakeClock& clock) : clock_(&clock) {}
  void receive(NetDevice&, Packet packet) override {
    when.push_back(clock_->monotonic());
    states.push_back(packet.meta().checksum);
    packets.push_back(packet.to_vector());
  }
  std::vector<int> numbers() const {
    std::vector<int> out;
    for (const ByteVector& p : packets) out.push_back(load_be16(p.data() + 4));
    return out;
  }
  std::vector<Nanos> when;
  std::vector<ChecksumState> states;
  std::vector<ByteVector> packets;

 private:
  const FakeClock* clock_;
};

class EmulatedLinkTest : public NetdevTest {
 protected:
  EmulatedLinkTest() : arrived_(env_.clock()) {
    layer_->register_ethertype(0x0800, arrived_);
    e0_ = *link_.connect(*layer_, *a_, "e0", *b_, "e1", 1);
    e1_ = EmulatedLinkKind::peer_of(*e0_);
    up(*e0_);
    up(*e1_);
    env_.settle();
  }
  Impairments& worse() { return EmulatedLinkKind::impairments(*e0_); }
  const ImpairmentCounts& counts() { return EmulatedLinkKind::counts(*e0_); }
  // IPv4 packets of `size` bytes, numbered in their id.
  void send(int count = 1, size_t size = 100) {
    for (int i = 0; i < count; i++) {
      Packet p = frame(e1_->address.mac(), 0x0800, size);
      store_be16(&p.head()[14 + 4], static_cast<uint16_t>(i));
      layer_->transmit(*e0_, std::move(p));
    }
  }
  Nanos now() { return env_.clock().monotonic(); }

  EmulatedLinkKind link_;
  Arrivals arrived_;
  NetDevice *e0_ = nullptr, *e1_ = nullptr;
};

TEST_F(EmulatedLinkTest, AGoodWireDeliversAllInOrder) {
  send(5);
  env_.settle();
  EXPECT_THAT(arrived_.numbers(), ElementsAre(0, 1, 2, 3, 4));
  EXPECT_EQ(e0_->stats.tx_packets, 5u);
  EXPECT_EQ(e1_->stats.rx_packets, 5u);
  EXPECT_EQ(arrived_.states[0], ChecksumState::kNone) << "to be verified";
}

TEST_F(EmulatedLinkTest, EachDirectionHasItsOwn) {
  worse().loss = 1;
  Packet p = frame(e0_->address.mac(), 0x0800);
  layer_->transmit(*e1_, std::move(p));
  send();
  env_.settle();
  EXPECT_EQ(arrived_.packets.size(), 1u);
  EXPECT_EQ(counts().lost, 1u);
  EmulatedLinkKind::impair_both(*e0_, {});
  send();
  env_.settle();
  EXPECT_EQ(arrived_.packets.size(), 2u);
}

TEST_F(EmulatedLinkTest, DelayHoldsFramesBack) {
  worse().delay = milliseconds(10);
  const Nanos start = now();
  send();
  env_.advance(milliseconds(9));
  EXPECT_TRUE(arrived_.packets.empty());
  env_.advance(milliseconds(2));
  EXPECT_THAT(arrived_.when, ElementsAre(start + milliseconds(10)));
}

TEST_F(EmulatedLinkTest, JitterKeepsTheOrderUnlessToldOtherwise) {
  worse().delay = milliseconds(10);
  worse().jitter = milliseconds(5);
  const Nanos start = now();
  send(100);
  env_.advance(milliseconds(20));
  ASSERT_EQ(arrived_.packets.size(), 100u);
  EXPECT_TRUE(std::is_sorted(arrived_.when.begin(), arrived_.when.end()));
  auto numbers = arrived_.numbers();
  EXPECT_TRUE(std::is_sorted(numbers.begin(), numbers.end()));
  arrived_ = Arrivals(env_.clock());
  worse().keep_order = false;
  send(100);
  env_.advance(milliseconds(20));
  numbers = arrived_.numbers();
  EXPECT_EQ(numbers.size(), 100u);
  EXPECT_FALSE(std::is_sorted(numbers.begin(), numbers.end()));
  EXPECT_THAT(arrived_.when.front() - start, Gt(milliseconds(24)));
  EXPECT_THAT(arrived_.when.back() - start, Lt(milliseconds(36)));
}

TEST_F(EmulatedLinkTest, ARateSpreadsFramesAndItsQueueIsBounded) {
  worse().rate = 8 * 114 * 1000;  // a frame each millisecond
  worse().queue_limit = 3;
  const Nanos start = now();
  send(5);
  EXPECT_EQ(counts().queue_full, 2u);
  env_.advance(milliseconds(10));
  EXPECT_THAT(arrived_.when, ElementsAre(start + milliseconds(1), start + milliseconds(2),
                                         start + milliseconds(3)));
}

TEST_F(EmulatedLinkTest, LossTakesItsShareOrEachNth) {
  worse().loss = 0.3;
  send(2000);
  env_.settle();
  EXPECT_THAT(arrived_.packets.size(), testing::AllOf(Gt(1300u), Lt(1500u)));
  EXPECT_EQ(arrived_.packets.size() + counts().lost, 2000u);
  EXPECT_EQ(counts().frames, 2000u);
  arrived_ = Arrivals(env_.clock());
  worse() = {.lose_every = 3};
  send(9);
  env_.settle();
  EXPECT_EQ(arrived_.packets.size(), 6u);
}

TEST_F(EmulatedLinkTest, DuplicatesComeTwice) {
  worse().duplicate = 1;
  send(2);
  env_.settle();
  EXPECT_THAT(arrived_.numbers(), ElementsAre(0, 0, 1, 1));
}

TEST_F(EmulatedLinkTest, HeldBackFramesAreOvertaken) {
  worse().reorder = 0.2;
  worse().reorder_by = milliseconds(3);
  send(50);
  env_.advance(milliseconds(3));
  auto numbers = arrived_.numbers();
  EXPECT_EQ(numbers.size(), 50u);
  EXPECT_FALSE(std::is_sorted(numbers.begin(), numbers.end()));
  EXPECT_THAT(counts().reordered, testing::AllOf(Gt(3u), Lt(25u)));
}

TEST_F(EmulatedLinkTest, CorruptionFlipsOneBitBehindTheEthernetHeader) {
  worse().corrupt = 1;
  send(20);
  env_.settle();
  ASSERT_EQ(arrived_.packets.size(), 20u) << "the frame itself is whole";
  for (int i = 0; i < 20; i++) {
    ByteVector good(100, 0x5a);
    store_be16(good.data() + 4, static_cast<uint16_t>(i));
    int bits = 0;
    for (size_t at = 0; at < 100; at++)
      bits += std::popcount(static_cast<unsigned>(good[at] ^ arrived_.packets[size_t(i)][at]));
    EXPECT_EQ(bits, 1);
  }
}

TEST_F(EmulatedLinkTest, ABlackHoleTakesWhatIsLarger) {
  worse().black_hole = 500;
  send(1, 500);
  send(1, 501);
  env_.settle();
  EXPECT_EQ(arrived_.packets.size(), 1u);
  EXPECT_EQ(counts().black_holed, 1u);
}

TEST_F(EmulatedLinkTest, OpenChecksumsAreFilledIn) {
  Packet p = frame(e1_->address.mac(), 0x0800, 100);
  std::fill_n(&p.head()[14], 100, 0);
  p.pull(14);
  p.set_transport_here();
  p.push(14);
  p.meta().csum_start = static_cast<uint16_t>(p.meta().transport_offset + 20);
  p.meta().csum_offset = 6;
  p.meta().checksum = ChecksumState::kPartial;
  layer_->transmit(*e0_, std::move(p));
  env_.settle();
  EXPECT_EQ(load_be16(&arrived_.packets[0][26]), 0xffff);
  EXPECT_EQ(arrived_.states[0], ChecksumState::kNone);
}

TEST_F(EmulatedLinkTest, LargePacketsLoseSegmentsOneByOne) {
  Packet p = frame(e1_->address.mac(), 0x0800, 40 + 3000);
  MutableBytes ip = p.head().subspan(14);
  std::fill_n(ip.begin(), 40, 0);
  ip[0] = 0x45;
  store_be16(&ip[2], 3040);
  ip[9] = 6;
  ip[32] = 5 << 4;
  p.meta().gso_size = 1000;
  worse().lose_every = 2;
  layer_->transmit(*e0_, std::move(p));
  env_.settle();
  EXPECT_THAT(arrived_.numbers(), ElementsAre(0, 2));
  EXPECT_EQ(arrived_.packets[0].size(), 1040u);
}

TEST_F(EmulatedLinkTest, TheSameSeedGivesTheSameFate) {
  auto fate = [&](uint64_t seed) {
    arrived_ = Arrivals(env_.clock());
    NetDevice* dev = *link_.connect(*layer_, *a_, "x%d", *b_, "y%d", seed);
    up(*dev);
    up(*EmulatedLinkKind::peer_of(*dev));
    EmulatedLinkKind::impairments(*dev) = {
        .loss = 0.2, .duplicate = 0.2, .reorder = 0.2, .corrupt = 0.2};
    for (int i = 0; i < 100; i++) {
      Packet p = frame(EmulatedLinkKind::peer_of(*dev)->address.mac(), 0x0800);
      store_be16(&p.head()[18], static_cast<uint16_t>(i));
      layer_->transmit(*dev, std::move(p));
    }
    env_.advance(milliseconds(5));
    return arrived_.packets;
  };
  const auto first = fate(7);
  EXPECT_EQ(fate(7), first);
  EXPECT_NE(fate(8), first);
}

TEST_F(EmulatedLinkTest, WhatIsOnTheWireGoesWithIt) {
  worse().delay = milliseconds(10);
  send(3);
  ASSERT_TRUE(link_.delete_link(*layer_, *e1_));
  EXPECT_EQ(layer_->by_name(*a_, "e0"), nullptr);
  env_.advance(milliseconds(20));
  EXPECT_TRUE(arrived_.packets.empty());
  EXPECT_EQ(pool_.live(), 0u);
}

}  // namespace
}  // namespace unetns
