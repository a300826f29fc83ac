// The chain of subscribers: order, replay, refusal.
#include "netdev/netdev_fixture.h"

namespace unetns {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class NotifierTest : public NetdevTest {};

TEST_F(NotifierTest, LateSubscriberHearsOfEveryDeviceThereIs) {
  add(*a_, "v0");
  up(add(*b_, "v1"));
  EventLog log;
  ASSERT_TRUE(subscribe(log));
  EXPECT_THAT(log.lines, ElementsAre("register v0", "register v1", "up v1"));
  log.take();
  layer_->unsubscribe(log);
  EXPECT_THAT(log.lines, ElementsAre("unregister v0", "going-down v1", "down v1", "unregister v1"));
  log.take();
  add(*a_, "v2");
  EXPECT_THAT(log.lines, IsEmpty());
}

TEST_F(NotifierTest, LateSubscriberThatRefusesIsLeftWithNothing) {
  up(add(*a_, "v0"));
  add(*b_, "v1");
  EventLog log;
  log.refuse = NetdevEvent::kRegister;
  log.refuse_name = "v1";
  EXPECT_EQ(outcome(subscribe(log)), "1 no");
  EXPECT_THAT(log.lines,
              ElementsAre("register v0", "up v0", "going-down v0", "down v0", "unregister v0"));
  log.take();
  add(*a_, "v2");
  EXPECT_THAT(log.lines, IsEmpty());
}

TEST_F(NotifierTest, RefusedRegistrationIsUndone) {
  EventLog first("1:"), second("2:");
  watch(first);
  ASSERT_TRUE(subscribe(second));
  second.refuse = NetdevEvent::kRegister;
  EXPECT_EQ(outcome(try_add(*a_, "v0")), "1 no");
  EXPECT_THAT(first.lines, ElementsAre("1:register v0", "1:unregister v0"));
  EXPECT_FALSE(layer_->by_name(*a_, "v0"));
}

TEST_F(NotifierTest, RefusedOpeningLeavesTheDeviceDown) {
  NetDevice& dev = add(*a_, "v0");
  EventLog first("1:"), second("2:");
  watch(first);
  ASSERT_TRUE(subscribe(second));
  second.refuse = NetdevEvent::kPreUp;
  EXPECT_EQ(outcome(layer_->change_flags(dev, IFF_UP, IFF_UP)), "1 no");
  EXPECT_THAT(first.lines, ElementsAre("1:pre-up v0", "1:down v0"));
  EXPECT_FALSE(dev.up());
}

TEST_F(NotifierTest, RefusedMtuIsToldBack) {
  NetDevice& dev = add(*a_, "v0");
  EventLog first("1:"), second("2:");
  watch(first);
  ASSERT_TRUE(subscribe(second));
  second.refuse = NetdevEvent::kChangeMtu;
  EXPECT_EQ(outcome(layer_->set_mtu(dev, 1400)), "1 no");
  EXPECT_EQ(dev.mtu, 1500u);
  EXPECT_THAT(first.lines, ElementsAre("net2: NEW v0 0x0", "1:change-mtu v0", "net2: NEW v0 0x0",
                                       "1:change-mtu v0"));
}

TEST_F(NotifierTest, RefusedAddressStays) {
  NetDevice& dev = add(*a_, "v0");
  const LinkLayerAddress before = dev.address;
  EventLog log;
  watch(log);
  log.refuse = NetdevEvent::kPreChangeAddr;
  EXPECT_EQ(outcome(layer_->set_address(dev, MacAddress{{2, 1, 1, 1, 1, 1}})), "1 no");
  EXPECT_EQ(dev.address, before);
}

}  // namespace
}  // namespace unetns
