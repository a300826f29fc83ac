#include "link/dummy.h"

#include "netdev/netdev_fixture.h"

namespace unetns {
namespace {

class DummyTest : public NetdevTest {
 protected:
  DummyTest() { EXPECT_TRUE(layer_->register_kind(dummy_)); }
  NetDevice& make(std::string_view name = {}) {
    return **layer_->add_link(dummy_, request_for(*a_, name));
  }
  DummyKind dummy_;
};

TEST_F(DummyTest, IsAnEthernetWithoutNeighbours) {
  NetDevice& dev = make();
  EXPECT_EQ(dev.name(), "dummy0");
  EXPECT_EQ(dev.reported_flags(), uint32_t{IFF_BROADCAST | IFF_NOARP});
  EXPECT_EQ(dev.addr_assign_type, 1) << "random";
  EXPECT_EQ(dev.address.mac().bytes[0] & 3, 2) << "local, unicast";
  EXPECT_NE(dev.address, make().address);
  EXPECT_TRUE(layer_->set_mtu(dev, 0));
  EXPECT_TRUE(layer_->set_mtu(dev, 1000000));
  up(dev);
  EXPECT_EQ(dev.operstate, OperState::kUnknown);
  EXPECT_EQ(dev.qdisc(), "noqueue");
}

TEST_F(DummyTest, SwallowsAndCounts) {
  NetDevice& dev = make();
  up(dev);
  layer_->transmit(dev, frame(MacAddress::broadcast(), 0x0800, 46));
  EXPECT_EQ(dev.stats.tx_packets, 1u);
  EXPECT_EQ(dev.stats.tx_bytes, 60u);
}

TEST_F(DummyTest, CarrierIsTheUsers) {
  NetDevice& dev = make();
  up(dev);
  EXPECT_TRUE(layer_->change_carrier(dev, false));
  env_.settle();
  EXPECT_EQ(dev.operstate, OperState::kDown);
  EXPECT_TRUE(layer_->change_carrier(dev, true));
  env_.settle();
  EXPECT_EQ(dev.operstate, OperState::kUp);
}

TEST_F(DummyTest, DiesWithItsNamespace) {
  make();
  a_ = NetRef();
  env_.settle();
  EXPECT_EQ(layer_->device_count(*init_), 0u);
}

}  // namespace
}  // namespace unetns
