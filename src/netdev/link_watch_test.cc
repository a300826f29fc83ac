// Carrier and operational state.
#include "netdev/netdev_fixture.h"

namespace unetns {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr uint32_t kLowerUp = 1 << 16;  // IFF_LOWER_UP

class LinkWatchTest : public NetdevTest {
 protected:
  LinkWatchTest() : dev_(add(*a_, "v0")) { watch(log_); }
  NetDevice& dev_;
  EventLog log_;
};

TEST_F(LinkWatchTest, DeviceThatSaysNothingOfItsCarrierIsUnknown) {
  EXPECT_EQ(dev_.operstate, OperState::kDown) << "while it is down";
  up(dev_);
  EXPECT_EQ(dev_.operstate, OperState::kUnknown);
  EXPECT_EQ(dev_.reported_flags() & (IFF_RUNNING | kLowerUp), IFF_RUNNING | kLowerUp);
  down(dev_);
  EXPECT_EQ(dev_.operstate, OperState::kDown);
  EXPECT_FALSE(dev_.reported_flags() & (IFF_RUNNING | kLowerUp));
}

TEST_F(LinkWatchTest, ChangeIsToldLaterAndOnce) {
  up(dev_);
  log_.take();
  layer_->set_carrier(dev_, false);
  layer_->set_carrier(dev_, false);
  EXPECT_EQ(dev_.carrier_down_count, 1u);
  EXPECT_THAT(log_.take(), IsEmpty());
  EXPECT_EQ(dev_.reported_flags() & (IFF_RUNNING | kLowerUp), uint32_t{IFF_RUNNING});
  env_.settle();
  EXPECT_THAT(log_.take(), ElementsAre("change v0", "net2: NEW v0 0x0"));
  EXPECT_EQ(dev_.operstate, OperState::kDown);
  EXPECT_FALSE(dev_.reported_flags() & IFF_RUNNING);
  layer_->set_carrier(dev_, true);
  layer_->flush_linkwatch(dev_);
  EXPECT_EQ(dev_.operstate, OperState::kUp);
  EXPECT_THAT(log_.take(), ElementsAre("change v0", "net2: NEW v0 0x0"));
  env_.settle();
  EXPECT_THAT(log_.take(), IsEmpty());
}

TEST_F(LinkWatchTest, NothingIsToldOfADeviceThatIsDown) {
  layer_->set_carrier(dev_, false);
  env_.settle();
  EXPECT_THAT(log_.take(), IsEmpty());
  up(dev_);
  EXPECT_EQ(dev_.operstate, OperState::kDown) << "but the state is known";
}

TEST_F(LinkWatchTest, PendingChangeOfADeviceThatGoesAwayIsForgotten) {
  layer_->set_carrier(dev_, false);
  layer_->unregister_device(dev_);
  log_.take();
  env_.settle();
  EXPECT_THAT(log_.take(), IsEmpty());
}

TEST_F(LinkWatchTest, TaskMayOutliveTheLayer) {
  layer_->set_carrier(dev_, false);
  layer_->set_messages(nullptr);
  a_ = b_ = init_ = NetRef();
  registry_.run_cleanup();
  layer_->unsubscribe(log_);
  log_.layer = nullptr;
  layer_.reset();
  env_.settle();
}

TEST_F(LinkWatchTest, BoundDeviceWaitsForItsLowerLayerInTheSameNamespaceOnly) {
  NetDevice& lower = add(*a_, "v1");
  ops(dev_).lower = &lower;
  up(dev_);
  layer_->set_carrier(lower, false);
  layer_->set_carrier(dev_, false);
  env_.settle();
  EXPECT_EQ(dev_.operstate, OperState::kLowerLayerDown);
  EXPECT_EQ(dev_.iflink(), lower.ifindex());
  ASSERT_TRUE(layer_->move(lower, *b_));
  layer_->set_carrier(dev_, true);
  layer_->set_carrier(dev_, false);
  env_.settle();
  EXPECT_EQ(dev_.operstate, OperState::kDown);
  ops(dev_).lower = nullptr;
  EXPECT_EQ(dev_.iflink(), dev_.ifindex());
}

TEST_F(LinkWatchTest, StateIsSetByProgramsAsRfc2863Allows) {
  up(dev_);
  ASSERT_TRUE(layer_->set_operstate(dev_, OperState::kDormant));
  EXPECT_EQ(dev_.operstate, OperState::kDormant);
  EXPECT_FALSE(dev_.reported_flags() & IFF_RUNNING);
  ASSERT_TRUE(layer_->set_operstate(dev_, OperState::kTesting));
  EXPECT_EQ(dev_.operstate, OperState::kDormant) << "only from up";
  ASSERT_TRUE(layer_->set_operstate(dev_, OperState::kUp));
  EXPECT_EQ(dev_.operstate, OperState::kUp);
  ASSERT_TRUE(layer_->set_operstate(dev_, OperState::kDown));
  EXPECT_EQ(dev_.operstate, OperState::kUp) << "never to down";
}

TEST_F(LinkWatchTest, DormantModeWaitsForAProgram) {
  up(dev_);
  ASSERT_TRUE(layer_->set_link_mode(dev_, 1));
  layer_->set_carrier(dev_, false);
  env_.settle();
  layer_->set_carrier(dev_, true);
  env_.settle();
  EXPECT_EQ(dev_.operstate, OperState::kDormant);
}

}  // namespace
}  // namespace unetns
