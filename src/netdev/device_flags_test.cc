// Opening, closing and the other flags: what programs are told, and when.
#include "netdev/netdev_fixture.h"

namespace unetns {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class DeviceFlagsTest : public NetdevTest {
 protected:
  DeviceFlagsTest() { watch(log_); }
  EventLog log_;
};

TEST_F(DeviceFlagsTest, UpIsToldBeforeSubscribersAct) {
  NetDevice& dev = add(*a_, "v0");
  EXPECT_THAT(log_.take(), ElementsAre("register v0", "net2: NEW v0 0xffffffff"));
  up(dev);
  EXPECT_THAT(log_.take(), ElementsAre("pre-up v0", "net2: NEW v0 0x1", "up v0"));
  up(dev);
  EXPECT_THAT(log_.take(), IsEmpty());
  down(dev);
  EXPECT_THAT(log_.take(), ElementsAre("going-down v0", "net2: NEW v0 0x1", "down v0"));
}

TEST_F(DeviceFlagsTest, DriverThatFailsToOpenLeavesItDown) {
  NetDevice& dev = add(*a_, "v0");
  ops(dev).open_error = ENOTCONN;
  EXPECT_EQ(outcome(layer_->change_flags(dev, IFF_UP | IFF_NOARP, IFF_UP | IFF_NOARP)),
            std::to_string(ENOTCONN));
  EXPECT_FALSE(dev.flags & (IFF_UP | IFF_NOARP));
}

TEST_F(DeviceFlagsTest, UnregistrationClosesWithItsOwnMessage) {
  NetDevice& dev = add(*a_, "v0");
  up(dev);
  log_.take();
  layer_->unregister_device(dev);
  EXPECT_THAT(log_.take(), ElementsAre("going-down v0", "net2: NEW v0 0x41", "down v0",
                                       "unregister v0", "net2: DEL v0"));
}

TEST_F(DeviceFlagsTest, BatchIsClosedStageByStage) {
  NetDevice& v0 = add(*a_, "v0");
  NetDevice& v1 = add(*a_, "v1");
  up(v0);
  up(v1);
  log_.take();
  NetDevice* both[] = {&v0, &v1, &v0};
  layer_->unregister_devices(both);
  EXPECT_THAT(log_.take(), ElementsAre("going-down v0", "going-down v1", "net2: NEW v0 0x41",
                                       "down v0", "net2: NEW v1 0x41", "down v1", "unregister v0",
                                       "net2: DEL v0", "unregister v1", "net2: DEL v1"));
}

TEST_F(DeviceFlagsTest, OtherFlagsAreToldWithTheirMask) {
  NetDevice& dev = add(*a_, "v0");
  up(dev);
  log_.take();
  ASSERT_TRUE(layer_->change_flags(dev, 0, IFF_MULTICAST));
  EXPECT_THAT(log_.take(), ElementsAre("net2: NEW v0 0x1000", "change v0"));
  ASSERT_TRUE(
      layer_->change_flags(dev, IFF_LOOPBACK | IFF_POINTOPOINT | IFF_RUNNING, 0xffff & ~IFF_UP));
  EXPECT_FALSE(dev.flags & (IFF_LOOPBACK | IFF_POINTOPOINT)) << "not to be set by programs";
}

TEST_F(DeviceFlagsTest, PromiscuityIsCountedAndShownOnlyWhenAskedForByFlag) {
  NetDevice& dev = add(*a_, "v0");
  log_.take();
  layer_->set_promiscuity(dev, 1);
  EXPECT_THAT(log_.take(), ElementsAre("net2: NEW v0 0x100"));
  EXPECT_FALSE(dev.reported_flags() & IFF_PROMISC);
  ASSERT_TRUE(layer_->change_flags(dev, IFF_PROMISC, IFF_PROMISC));
  EXPECT_EQ(dev.promiscuity, 2u);
  EXPECT_TRUE(dev.reported_flags() & IFF_PROMISC);
  EXPECT_THAT(log_.take(), ElementsAre("net2: NEW v0 0x100"));
  layer_->set_promiscuity(dev, -1);
  EXPECT_THAT(log_.take(), IsEmpty()) << "still promiscuous";
  ASSERT_TRUE(layer_->change_flags(dev, 0, IFF_PROMISC));
  EXPECT_THAT(log_.take(), ElementsAre("net2: NEW v0 0x100"));
  EXPECT_EQ(dev.promiscuity, 0u);
  layer_->set_promiscuity(dev, -1);
  EXPECT_EQ(dev.promiscuity, 0u) << "never below zero";
}

TEST_F(DeviceFlagsTest, AllmultiLikewise) {
  NetDevice& dev = add(*a_, "v0");
  log_.take();
  ASSERT_TRUE(layer_->change_flags(dev, IFF_ALLMULTI, IFF_ALLMULTI));
  EXPECT_THAT(log_.take(), ElementsAre("net2: NEW v0 0x200"));
  EXPECT_EQ(dev.allmulti, 1u);
}

TEST_F(DeviceFlagsTest, RequestThatOpensIsToldOnce) {
  NewLink request = request_for(*a_, "v0");
  request.flags = IFF_UP;
  ASSERT_TRUE(layer_->add_link(kind_, request));
  EXPECT_THAT(log_.take(),
              ElementsAre("register v0", "pre-up v0", "net2: NEW v0 0xffffffff", "up v0"));
}

TEST_F(DeviceFlagsTest, RequestThatCantOpenLeavesNothing) {
  NewLink request = request_for(*a_, "v0");
  request.flags = IFF_UP;
  log_.refuse = NetdevEvent::kPreUp;
  EXPECT_EQ(outcome(layer_->add_link(kind_, request)), "1 no");
  EXPECT_EQ(layer_->device_count(*a_), 0u);
  EXPECT_THAT(log_.take(), ElementsAre("register v0", "unregister v0"));
}

}  // namespace
}  // namespace unetns
