#include "link/loopback.h"

#include "netdev/netdev_fixture.h"

namespace unetns {
namespace {

using testing::ElementsAre;

class LoopbackTest : public NetdevTest {
 protected:
  LoopbackTest() : module_(*layer_) { EXPECT_TRUE(registry_.register_device(module_)); }
  LoopbackModule module_;
};

TEST_F(LoopbackTest, EveryNamespaceIsBornWithOneDown) {
  NetRef net = *registry_.create();
  for (Net* n : {init_.get(), a_.get(), net.get()}) {
    NetDevice* lo = layer_->loopback(*n);
    ASSERT_TRUE(lo);
    EXPECT_EQ(lo->name(), "lo");
    EXPECT_EQ(lo->ifindex(), 1);
    EXPECT_EQ(lo->mtu, 65536u);
    EXPECT_EQ(lo->type, ARPHRD_LOOPBACK);
    EXPECT_EQ(lo->reported_flags(), uint32_t{IFF_LOOPBACK});
    EXPECT_EQ(lo->operstate, OperState::kDown);
    EXPECT_EQ(lo->qdisc(), "noop");
    EXPECT_EQ(lo->tx_queue_len, 1000u);
    EXPECT_FALSE(lo->kind());
  }
}

TEST_F(LoopbackTest, UpItIsRunningAndUnknown) {
  NetDevice& lo = *layer_->loopback(*a_);
  EventLog log;
  watch(log);
  log.events = false;
  up(lo);
  EXPECT_EQ(lo.reported_flags(), 0x10049u);
  EXPECT_EQ(lo.operstate, OperState::kUnknown);
  EXPECT_EQ(lo.qdisc(), "noqueue");
  env_.settle();
  EXPECT_THAT(log.lines, ElementsAre("net2: NEW lo 0x1"));
}

TEST_F(LoopbackTest, NeverMovesAndIsDestroyedWithItsNamespaceLast) {
  NetDevice& lo = *layer_->loopback(*a_);
  EXPECT_EQ(outcome(layer_->move(lo, *b_)), "22 The interface netns is immutable");
  EXPECT_TRUE(layer_->move(lo, *a_));
  add(*a_, "v0");
  EventLog log;
  watch(log);
  log.events = false;
  a_ = NetRef();
  env_.settle();
  EXPECT_THAT(log.take(), ElementsAre("net2: DEL v0", "net2: DEL lo"));
}

class Catch final : public EtherTypeHandler {
 public:
  void receive(NetDevice& dev, Packet packet) override {
    last_dev = &dev;
    meta = packet.meta();
  }
  NetDevice* last_dev = nullptr;
  PacketMeta meta;
};

TEST_F(LoopbackTest, WhatIsSentComesBackVerified) {
  NetDevice& lo = *layer_->loopback(*a_);
  up(lo);
  Catch handler;
  layer_->register_ethertype(0x0800, handler);
  layer_->transmit(lo, frame(MacAddress{}, 0x0800, 100));
  EXPECT_EQ(handler.last_dev, &lo);
  EXPECT_EQ(handler.meta.checksum, ChecksumState::kUnnecessary);
  EXPECT_EQ(handler.meta.type, PacketType::kHost);
  EXPECT_EQ(handler.meta.iif, 1);
  EXPECT_EQ(lo.stats.tx_packets, 1u);
  EXPECT_EQ(lo.stats.tx_bytes, 100u) << "counted without the header";
  EXPECT_EQ(lo.stats.rx_bytes, 100u);
}

TEST_F(LoopbackTest, TakesAnyMtuAndAnAddress) {
  NetDevice& lo = *layer_->loopback(*a_);
  EXPECT_TRUE(layer_->set_mtu(lo, 0));
  EXPECT_TRUE(layer_->set_address(lo, MacAddress{{2, 0, 0, 0, 0, 1}}));
  EXPECT_TRUE(layer_->rename(lo, "lo9"));
}

TEST_F(LoopbackTest, FailedAllocationFailsTheNamespace) {
  const size_t before = registry_.live_count();
  int allowed = 0;
  for (; allowed < 10; allowed++) {
    int left = allowed;
    registry_.fail_alloc = [&] { return left-- == 0; };
    auto net = registry_.create();
    if (net) break;
    EXPECT_EQ(net.error().code, ENOMEM);
    EXPECT_EQ(registry_.live_count(), before);
  }
  EXPECT_GT(allowed, 0);
  registry_.fail_alloc = nullptr;
}

}  // namespace
}  // namespace unetns
