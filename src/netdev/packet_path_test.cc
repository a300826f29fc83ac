// Frames in and out.
#include "netdev/netdev_fixture.h"

namespace unetns {
namespace {

using testing::ElementsAre;

constexpr uint16_t kType = 0x88b5;  // IEEE local experimental

// Takes frames of kType; `then` is run for each.
class Sink final : public EtherTypeHandler {
 public:
  void receive(NetDevice& dev, Packet packet) override {
    ++depth;
    deepest = std::max(deepest, depth);
    types.push_back(packet.meta().type);
    sizes.push_back(packet.size());
    iifs.push_back(packet.meta().iif);
    if (then) then(dev, packet);
    --depth;
  }
  int depth = 0, deepest = 0;
  std::vector<PacketType> types;
  std::vector<size_t> sizes;
  std::vector<int> iifs;
  std::function<void(NetDevice&, Packet&)> then;
};

class TapLog final : public PacketTap {
 public:
  void tapped(NetDevice& dev, const Packet& frame, bool outgoing) override {
    lines.push_back(fmt::format("{} {} {} type {}", outgoing ? "out" : "in", dev.name(),
                                frame.size(), static_cast<int>(frame.meta().type)));
    if (then) then();
  }
  Lines lines;
  std::function<void()> then;
};

class PacketPathTest : public NetdevTest {
 protected:
  PacketPathTest() : dev_(add(*a_, "v0")) {
    up(dev_);
    layer_->register_ethertype(kType, sink_);
  }
  MacAddress mine() const { return dev_.address.mac(); }

  NetDevice& dev_;
  Sink sink_;
};

TEST_F(PacketPathTest, ReceivedFrameIsParsedCountedAndHandedUp) {
  layer_->receive(dev_, frame(mine(), kType, 100));
  layer_->receive(dev_, frame(MacAddress::broadcast(), kType));
  layer_->receive(dev_, frame(MacAddress{{1, 0, 0x5e, 0, 0, 1}}, kType));
  layer_->receive(dev_, frame(MacAddress{{2, 9, 9, 9, 9, 9}}, kType));
  EXPECT_THAT(sink_.types, ElementsAre(PacketType::kHost, PacketType::kBroadcast,
                                       PacketType::kMulticast, PacketType::kOtherHost));
  EXPECT_EQ(sink_.sizes[0], 100u) << "front at the network header";
  EXPECT_EQ(sink_.iifs[0], dev_.ifindex());
  EXPECT_EQ(dev_.stats.rx_packets, 4u);
  EXPECT_EQ(dev_.stats.rx_bytes, 114u + 3 * 60u);
}

TEST_F(PacketPathTest, DeviceThatIsDownReceivesNothing) {
  down(dev_);
  layer_->receive(dev_, frame(mine(), kType));
  EXPECT_EQ(a_->drops(DropReason::kDevDown), 1u);
  EXPECT_EQ(dev_.stats.rx_dropped, 1u);
}

TEST_F(PacketPathTest, UnknownProtocolIsDroppedWithReason) {
  layer_->receive(dev_, frame(mine(), 0x1234));
  layer_->receive(dev_, frame(mine(), 100));  // an 802.3 length
  EXPECT_EQ(a_->drops(DropReason::kUnhandledProto), 2u);
  EXPECT_EQ(dev_.stats.rx_dropped, 2u);
}

TEST_F(PacketPathTest, RuntIsAnError) {
  const uint8_t runt[13] = {};
  layer_->receive(dev_, Packet::copy_of(pool_, runt));
  EXPECT_EQ(a_->drops(DropReason::kPacketTooSmall), 1u);
  EXPECT_EQ(dev_.stats.rx_length_errors, 1u);
}

TEST_F(PacketPathTest, FramesThatArriveMeanwhileWaitTheirTurn) {
  int left = 50;
  sink_.then = [&](NetDevice& dev, Packet&) {
    if (left-- > 0) layer_->receive(dev, frame(mine(), kType));
  };
  layer_->receive(dev_, frame(mine(), kType));
  EXPECT_EQ(sink_.types.size(), 51u);
  EXPECT_EQ(sink_.deepest, 1);
}

TEST_F(PacketPathTest, BacklogIsBounded) {
  bool first = true;
  sink_.then = [&](NetDevice& dev, Packet&) {
    if (!std::exchange(first, false)) return;
    for (int i = 0; i < 5000; i++) layer_->receive(dev, frame(mine(), kType));
  };
  layer_->receive(dev_, frame(mine(), kType));
  EXPECT_EQ(a_->drops(DropReason::kBacklogFull), 5000u - 4096u);
  EXPECT_EQ(sink_.types.size(), 4097u);
}

TEST_F(PacketPathTest, EndlessTrafficIsContinuedByTheLoop) {
  bool stop = false;
  sink_.then = [&](NetDevice& dev, Packet&) {
    if (!stop) layer_->receive(dev, frame(mine(), kType));
  };
  layer_->receive(dev_, frame(mine(), kType));
  const size_t first = sink_.types.size();
  EXPECT_GT(first, 1000u);
  layer_->receive(dev_, frame(mine(), kType));
  EXPECT_EQ(sink_.types.size(), first) << "what comes now waits behind the rest";
  stop = true;
  env_.settle();
  EXPECT_EQ(sink_.types.size(), first + 2);
}

TEST_F(PacketPathTest, PacketThatOnlyGoesRoundDies) {
  sink_.then = [&](NetDevice& dev, Packet& packet) {
    packet.front_to_mac();
    layer_->receive(dev, std::move(packet));
  };
  layer_->receive(dev_, frame(mine(), kType));
  EXPECT_EQ(a_->drops(DropReason::kLoopLimit), 1u);
  EXPECT_EQ(sink_.types.size(), 255u);
}

TEST_F(PacketPathTest, DeviceMayGoAwayWhileItsFramesAreOnTheWay) {
  sink_.then = [&](NetDevice& dev, Packet&) {
    layer_->receive(dev, frame(mine(), kType));
    layer_->receive(dev, frame(mine(), kType));
    layer_->unregister_device(dev);
    EXPECT_FALSE(dev.registered()) << "still there to be looked at";
    layer_->receive(dev, frame(MacAddress{}, kType));
    layer_->transmit(dev, frame(MacAddress{}, kType));
  };
  layer_->receive(dev_, frame(mine(), kType));
  EXPECT_EQ(sink_.types.size(), 1u);
  EXPECT_EQ(a_->drops(DropReason::kDevUnregistering), 3u);
}

TEST_F(PacketPathTest, MoveFlushesWhatWaits) {
  sink_.then = [&](NetDevice& dev, Packet&) {
    layer_->receive(dev, frame(mine(), kType));
    ASSERT_TRUE(layer_->move(dev, *b_));
  };
  layer_->receive(dev_, frame(mine(), kType));
  EXPECT_EQ(sink_.types.size(), 1u);
  EXPECT_EQ(a_->drops(DropReason::kDevUnregistering), 1u);
  EXPECT_EQ(&dev_.net(), b_.get());
}

TEST_F(PacketPathTest, TransmitHandsTheFrameToTheDriver) {
  layer_->transmit(dev_, frame(MacAddress::broadcast(), kType, 100));
  ASSERT_EQ(ops(dev_).sent.size(), 1u);
  EXPECT_EQ(ops(dev_).sent[0].size(), 114u);
}

TEST_F(PacketPathTest, TransmitRefusesByStateAndSize) {
  layer_->transmit(dev_, frame(mine(), kType, 1505));
  EXPECT_EQ(a_->drops(DropReason::kMtuExceeded), 1u);
  EXPECT_EQ(dev_.stats.tx_dropped, 1u);
  Packet big = frame(mine(), kType, 5000);
  big.meta().gso_size = 1400;
  layer_->transmit(dev_, std::move(big));
  EXPECT_EQ(ops(dev_).sent.size(), 1u) << "segments are cut later";
  layer_->set_carrier(dev_, false);
  layer_->transmit(dev_, frame(mine(), kType));
  EXPECT_EQ(a_->drops(DropReason::kNoCarrier), 1u);
  down(dev_);
  layer_->transmit(dev_, frame(mine(), kType));
  EXPECT_EQ(a_->drops(DropReason::kDevDown), 1u);
}

TEST_F(PacketPathTest, LimitsOfTheDeviceCutWhatTravelsTogether) {
  Packet big = frame(mine(), 0x0800, 40 + 3000);
  MutableBytes ip = big.head().subspan(14);
  std::fill_n(ip.begin(), 40, 0);
  ip[0] = 0x45;
  store_be16(&ip[2], 3040);
  ip[9] = 6;
  ip[32] = 5 << 4;
  big.meta().gso_size = 1400;
  TapLog tap;
  layer_->add_tap(&dev_, tap);
  dev_.gso_max_size = 3040;
  layer_->transmit(dev_, big.clone());
  dev_.gso_max_segs = 2;
  layer_->transmit(dev_, big.clone());
  dev_.gso_max_segs = 65535;
  dev_.gso_max_size = 3039;
  layer_->transmit(dev_, std::move(big));
  EXPECT_THAT(tap.lines,
              ElementsAre("out v0 3054 type 4", "out v0 1454 type 4", "out v0 1454 type 4",
                          "out v0 254 type 4", "out v0 1454 type 4", "out v0 1454 type 4",
                          "out v0 254 type 4"));
  EXPECT_EQ(ops(dev_).sent.size(), 7u);
  layer_->remove_tap(&dev_, tap);
}

TEST_F(PacketPathTest, TapsSeeWholeFramesBothWays) {
  TapLog tap, all;
  layer_->add_tap(&dev_, tap);
  layer_->add_tap(nullptr, all);
  layer_->receive(dev_, frame(MacAddress::broadcast(), kType));
  layer_->transmit(dev_, frame(mine(), kType));
  EXPECT_THAT(tap.lines, ElementsAre("in v0 60 type 1", "out v0 60 type 4"));
  EXPECT_EQ(all.lines, tap.lines);
  layer_->remove_tap(&dev_, tap);
  NetDevice& other = add(*b_, "w0");
  up(other);
  layer_->transmit(other, frame(mine(), kType));
  EXPECT_EQ(tap.lines.size(), 2u);
  EXPECT_EQ(all.lines.size(), 3u);
  layer_->remove_tap(nullptr, all);
  layer_->receive(dev_, frame(mine(), kType));
  EXPECT_EQ(all.lines.size(), 3u);
  EXPECT_EQ(sink_.sizes.back(), 46u);
}

TEST_F(PacketPathTest, TapMayRemoveItselfWhenCalled) {
  TapLog one, two;
  one.then = [&] { layer_->remove_tap(&dev_, one); };
  layer_->add_tap(&dev_, one);
  layer_->add_tap(&dev_, two);
  layer_->receive(dev_, frame(mine(), kType));
  layer_->receive(dev_, frame(mine(), kType));
  EXPECT_EQ(one.lines.size(), 1u);
  EXPECT_EQ(two.lines.size(), 2u);
  layer_->unregister_device(dev_);  // takes its taps along
}

class Swallow final : public RxHandler {
 public:
  RxVerdict rx(NetDevice&, Packet& packet) override {
    ++count;
    if (!consume) return RxVerdict::kPass;
    Packet taken = std::move(packet);
    return RxVerdict::kConsumed;
  }
  int count = 0;
  bool consume = true;
};

TEST_F(PacketPathTest, TapsOfAnEthertypeSeeWhatTheRxHandlerLetsPass) {
  TapLog every, typed;
  const TapScope of_type{.net = a_.get(), .protocol = kType};
  layer_->add_tap({.net = a_.get()}, every);
  layer_->add_tap(of_type, typed);
  Swallow handler;
  dev_.rx_handler = &handler;
  layer_->receive(dev_, frame(mine(), kType));
  EXPECT_EQ(every.lines.size(), 1u);
  EXPECT_EQ(typed.lines.size(), 0u);
  handler.consume = false;
  layer_->receive(dev_, frame(mine(), kType));
  layer_->receive(dev_, frame(mine(), 0x1234));
  layer_->transmit(dev_, frame(mine(), kType));
  EXPECT_EQ(every.lines.size(), 4u);
  EXPECT_THAT(typed.lines, ElementsAre("in v0 60 type 0"));
  dev_.rx_handler = nullptr;
  layer_->remove_tap(of_type, typed);
  layer_->remove_tap({.net = a_.get()}, every);
  layer_->receive(dev_, frame(mine(), kType));
  EXPECT_EQ(every.lines.size() + typed.lines.size(), 5u);
}

TEST_F(PacketPathTest, TapsOfANamespaceSeeDevicesThatComeAndNotThoseThatLeave) {
  TapLog tap;
  layer_->add_tap({.net = b_.get()}, tap);
  NetDevice& made = add(*b_, "w0");
  up(made);
  layer_->receive(made, frame(mine(), kType));
  EXPECT_EQ(tap.lines.size(), 1u);
  ASSERT_TRUE(layer_->move(dev_, *b_, "moved"));
  up(dev_);
  layer_->receive(dev_, frame(mine(), kType));
  EXPECT_EQ(tap.lines.size(), 2u);
  ASSERT_TRUE(layer_->move(dev_, *a_, "v0"));
  up(dev_);
  layer_->receive(dev_, frame(mine(), kType));
  EXPECT_EQ(tap.lines.size(), 2u);
  layer_->remove_tap({.net = b_.get()}, tap);
}

TEST_F(PacketPathTest, RxHandlerComesBeforeTheProtocols) {
  Swallow handler;
  dev_.rx_handler = &handler;
  layer_->receive(dev_, frame(mine(), kType));
  EXPECT_EQ(sink_.types.size(), 0u);
  handler.consume = false;
  layer_->receive(dev_, frame(mine(), kType));
  EXPECT_EQ(sink_.types.size(), 1u);
  EXPECT_EQ(handler.count, 2);
}

TEST_F(PacketPathTest, EthernetHeaderIsPushed) {
  Packet packet = Packet::copy_of(pool_, Bytes());
  layer_->push_ethernet(packet, MacAddress::broadcast(), mine(), kType);
  const ByteVector bytes = packet.to_vector();
  ASSERT_EQ(bytes.size(), 14u);
  EXPECT_EQ(MacAddress::from(&bytes[6]), mine());
  EXPECT_EQ(load_be16(&bytes[12]), kType);
}

}  // namespace
}  // namespace unetns
