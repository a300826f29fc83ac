// Moves between namespaces: order of events, what fits where, what is refused.
#include "netdev/netdev_fixture.h"

namespace unetns {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class DeviceMoveTest : public NetdevTest {
 protected:
  DeviceMoveTest() { watch(log_); }
  EventLog log_;
};

TEST_F(DeviceMoveTest, IsClosedGoneFromTheOldAndNewInTheOther) {
  NetDevice& dev = add(*a_, "v0", 5);
  up(dev);
  log_.take();
  ASSERT_TRUE(layer_->move(dev, *b_));
  EXPECT_THAT(log_.take(), ElementsAre("going-down v0", "net2: NEW v0 0x41", "down v0",
                                       "unregister v0", "net2: DEL v0 to nsid 0 index 5",
                                       "register v0", "net3: NEW v0 0xffffffff"));
  EXPECT_EQ(&dev.net(), b_.get());
  EXPECT_FALSE(dev.up());
  EXPECT_EQ(layer_->by_name(*b_, "v0"), &dev);
  EXPECT_FALSE(layer_->by_name(*a_, "v0"));
  EXPECT_FALSE(layer_->by_index(*a_, 5));
  EXPECT_EQ(ops(dev).moves, 1);
  EXPECT_EQ(dev.qdisc(), "noop");
}

TEST_F(DeviceMoveTest, TakenIndexIsReplacedByTheNextOne) {
  add(*b_, "w0");
  NetDevice& dev = add(*a_, "v0", 1);
  log_.events = false;
  log_.take();
  ASSERT_TRUE(layer_->move(dev, *b_));
  EXPECT_THAT(log_.take(),
              ElementsAre("net2: DEL v0 to nsid 0 index 2", "net3: NEW v0 0xffffffff"));
  EXPECT_EQ(dev.ifindex(), 2);
}

TEST_F(DeviceMoveTest, WishedIndexMustBeFree) {
  add(*b_, "w0", 7);
  NetDevice& dev = add(*a_, "v0");
  EXPECT_EQ(outcome(layer_->move(dev, *b_, {}, 7)),
            "16 The ifindex 7 is not available in the target netns");
  ASSERT_TRUE(layer_->move(dev, *b_, {}, 8));
  EXPECT_EQ(dev.ifindex(), 8);
}

TEST_F(DeviceMoveTest, SameNameIsRefusedUnlessANewOneIsGiven) {
  add(*b_, "v0");
  add(*b_, "taken");
  NetDevice& dev = add(*a_, "v0");
  log_.take();
  EXPECT_EQ(outcome(layer_->move(dev, *b_)),
            "17 An interface with the same name exists in the target netns");
  EXPECT_EQ(outcome(layer_->move(dev, *b_, "taken")),
            "17 Unable to use 'taken' for the new interface name in the target netns");
  EXPECT_EQ(outcome(layer_->move(dev, *b_, "v%d%d")),
            "22 Unable to use 'v%d%d' for the new interface name in the target netns");
  EXPECT_THAT(log_.take(), IsEmpty()) << "a failed move changes nothing";
  EXPECT_EQ(&dev.net(), a_.get());
  ASSERT_TRUE(layer_->move(dev, *b_, "free"));
  EXPECT_EQ(dev.name(), "free");
}

TEST_F(DeviceMoveTest, ForeignAltnameIsRefused) {
  NetDevice& other = add(*b_, "w0");
  ASSERT_TRUE(layer_->add_altname(other, "dd"));
  NetDevice& dev = add(*a_, "v0");
  ASSERT_TRUE(layer_->add_altname(dev, "dd"));
  EXPECT_EQ(outcome(layer_->move(dev, *b_)),
            "17 An interface with the altname dd exists in the target netns");
}

TEST_F(DeviceMoveTest, NewNameIsTakenAfterTheArrival) {
  NetDevice& dev = add(*a_, "v0");
  log_.take();
  ASSERT_TRUE(layer_->move(dev, *b_, "w0"));
  EXPECT_THAT(log_.take(),
              ElementsAre("unregister v0", "net2: DEL v0 to nsid 0 index 1", "register v0",
                          "net3: NEW v0 0xffffffff", "net3: NEW w0 0x0", "change-name w0"));
}

TEST_F(DeviceMoveTest, NameThatCantBeHadIsRefusedAfterTheMove) {
  add(*b_, "w0");
  NetDevice& dev = add(*a_, "v0");
  EXPECT_EQ(outcome(layer_->move(dev, *b_, "w0")), std::to_string(EEXIST));
  EXPECT_EQ(&dev.net(), b_.get());
  EXPECT_EQ(dev.name(), "v0");
  EXPECT_EQ(outcome(layer_->move(dev, *a_, "a/b")), std::to_string(EINVAL));
  EXPECT_EQ(&dev.net(), a_.get());
}

TEST_F(DeviceMoveTest, ToWhereItIsNothingHappens) {
  NetDevice& dev = add(*a_, "v0");
  dev.net_immutable = true;
  up(dev);
  log_.take();
  EXPECT_TRUE(layer_->move(dev, *a_, "other"));
  EXPECT_THAT(log_.take(), IsEmpty());
  EXPECT_TRUE(dev.up());
}

TEST_F(DeviceMoveTest, ImmutableDevicesStay) {
  NetDevice& dev = add(*a_, "v0");
  dev.net_immutable = true;
  EXPECT_EQ(outcome(layer_->move(dev, *b_)), "22 The interface netns is immutable");
}

TEST_F(DeviceMoveTest, WhatADeviceIsSurvives) {
  NetDevice& dev = add(*a_, "v0");
  ASSERT_TRUE(layer_->set_mtu(dev, 1400));
  ASSERT_TRUE(layer_->set_alias(dev, "hello"));
  ASSERT_TRUE(layer_->set_group(dev, 7));
  ASSERT_TRUE(layer_->set_tx_queue_len(dev, 77));
  ASSERT_TRUE(layer_->add_altname(dev, "other"));
  ASSERT_TRUE(layer_->change_flags(dev, IFF_PROMISC, IFF_PROMISC));
  const LinkLayerAddress mac = dev.address;
  ASSERT_TRUE(layer_->move(dev, *b_));
  EXPECT_EQ(dev.mtu, 1400u);
  EXPECT_EQ(dev.alias, "hello");
  EXPECT_EQ(dev.group, 7u);
  EXPECT_EQ(dev.tx_queue_len, 77u);
  EXPECT_EQ(dev.address, mac);
  EXPECT_EQ(dev.promiscuity, 1u);
  EXPECT_TRUE(dev.reported_flags() & IFF_PROMISC);
  EXPECT_EQ(layer_->by_name(*b_, "other"), &dev);
  EXPECT_FALSE(layer_->by_name(*a_, "other"));
}

TEST_F(DeviceMoveTest, NsidIsGivenInTheSourceAlone) {
  NetDevice& dev = add(*a_, "v0");
  ASSERT_TRUE(layer_->move(dev, *b_));
  EXPECT_EQ(nsids_->lookup(*a_, *b_), 0);
  EXPECT_EQ(nsids_->lookup(*b_, *a_), kNsidUnassigned);
}

}  // namespace
}  // namespace unetns
