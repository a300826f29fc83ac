// What becomes of the devices of a dying namespace.
#include "netdev/netdev_fixture.h"

namespace unetns {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class NetExitTest : public NetdevTest {
 protected:
  NetExitTest() { watch(log_); }
  void kill(NetRef& net) {
    net = NetRef();
    env_.settle();
  }
  EventLog log_;
};

TEST_F(NetExitTest, VirtualDevicesAreDestroyedTheYoungestFirst) {
  add(*a_, "v0");
  up(add(*a_, "v1"));
  log_.take();
  kill(a_);
  EXPECT_THAT(log_.take(),
              ElementsAre("going-down v1", "net2: NEW v1 0x41", "down v1", "unregister v1",
                          "net2: DEL v1", "unregister v0", "net2: DEL v0"));
  EXPECT_EQ(layer_->device_count(*init_), 0u);
}

TEST_F(NetExitTest, PhysicalDevicesReturnToTheFirstNamespaceDown) {
  NetDevice& dev = physical(*a_, "eth0", 9);
  ASSERT_TRUE(layer_->add_altname(dev, "lan"));
  up(dev);
  log_.events = false;
  log_.take();
  kill(a_);
  EXPECT_THAT(log_.take(),
              ElementsAre("net2: NEW eth0 0x41", "net2: DEL eth0", "net1: NEW eth0 0xffffffff"));
  EXPECT_EQ(layer_->by_name(*init_, "eth0"), &dev);
  EXPECT_EQ(layer_->by_name(*init_, "lan"), &dev);
  EXPECT_EQ(dev.ifindex(), 9);
  EXPECT_FALSE(dev.up());
}

TEST_F(NetExitTest, TakenNameIsReplacedByDevAndItsIndex) {
  physical(*init_, "eth0");
  NetDevice& dev = physical(*a_, "eth0", 11);
  kill(a_);
  EXPECT_EQ(dev.name(), "dev11");
  EXPECT_EQ(layer_->by_name(*init_, "dev11"), &dev);
}

TEST_F(NetExitTest, TakenNameAndReplacementGiveANumber) {
  physical(*init_, "eth0");
  physical(*init_, "dev11");
  NetDevice& dev = physical(*a_, "eth0", 11);
  kill(a_);
  EXPECT_EQ(dev.name(), "dev0");
}

TEST_F(NetExitTest, TakenAltnameAloneIsLost) {
  ASSERT_TRUE(layer_->add_altname(physical(*init_, "eth0"), "lan"));
  NetDevice& dev = physical(*a_, "eth1");
  ASSERT_TRUE(layer_->add_altname(dev, "lan"));
  ASSERT_TRUE(layer_->add_altname(dev, "lan2"));
  kill(a_);
  EXPECT_EQ(dev.name(), "eth1");
  EXPECT_THAT(dev.altnames, ElementsAre("lan2"));
}

TEST_F(NetExitTest, DevicesOfTheFirstNamespaceDieWithIt) {
  physical(*init_, "eth0");
  log_.take();
  kill(init_);
  EXPECT_THAT(log_.take(), ElementsAre("unregister eth0", "net1: DEL eth0"));
}

TEST_F(NetExitTest, UnregisteredKindLosesItsDevicesEverywhere) {
  add(*a_, "v0");
  up(add(*b_, "v1"));
  physical(*b_, "eth0");
  layer_->unregister_kind(kind_);
  EXPECT_EQ(layer_->device_count(*a_), 0u);
  EXPECT_EQ(layer_->device_count(*b_), 1u);
  EXPECT_FALSE(layer_->find_kind("fake"));
  EXPECT_TRUE(layer_->register_kind(kind_));
  EXPECT_EQ(outcome(layer_->register_kind(kind_)), std::to_string(EEXIST));
}

}  // namespace
}  // namespace unetns
