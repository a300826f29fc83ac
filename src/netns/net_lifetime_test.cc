// The two counts of a namespace, and the cleanup list.
#include <gtest/gtest.h>

#include "netns/pernet_test_world.h"

namespace unetns {
namespace {

class NetLifetimeTest : public testing::Test, protected PernetWorld {
 protected:
  NetLifetimeTest() { EXPECT_TRUE(registry.register_subsystem(a_)); }
  ~NetLifetimeTest() override { registry.run_cleanup(); }
  RecordingModule a_{log, "a"};
};

TEST_F(NetLifetimeTest, IdsCountUpAndAreNeverUsedAgain) {
  NetRef one = create();
  EXPECT_EQ(one->id(), 1u);
  EXPECT_TRUE(one->is_init());
  EXPECT_EQ(create()->id(), 2u);
  fake.settle();
  NetRef three = create();
  EXPECT_EQ(three->id(), 3u);
  EXPECT_FALSE(three->is_init());
}

TEST_F(NetLifetimeTest, TheLastActiveReferenceDecidesTheDeath) {
  NetRef a = create();
  NetRef b = a, c = std::move(a);
  EXPECT_EQ(b->count(), 2u);
  b = NetRef();
  EXPECT_TRUE(c->alive());
  Net* net = c.get();
  NetPassiveRef keep(*net);
  c = NetRef();
  EXPECT_FALSE(net->alive());
  EXPECT_FALSE(net->exiting());
  fake.settle();
  EXPECT_TRUE(net->exiting());
}

TEST_F(NetLifetimeTest, DyingIsOffTheCallersPath) {
  NetRef net = create();
  take();
  net = NetRef();
  EXPECT_EQ(take(), Log{});
  EXPECT_TRUE(registry.cleanup_pending());
  fake.settle();
  EXPECT_FALSE(registry.cleanup_pending());
  EXPECT_EQ(take(), (Log{"a pre_exit 1", "a exit 1", "a exit_batch 1"}));
}

TEST_F(NetLifetimeTest, OneTaskIsPostedForABatch) {
  { NetRef one = create(), two = create(), three = create(); }
  EXPECT_EQ(fake.env().tasks.run_pending(), 1u);
  EXPECT_EQ(registry.allocated_count(), 0u);
  create();
  EXPECT_EQ(fake.env().tasks.run_pending(), 1u);
  EXPECT_EQ(registry.allocated_count(), 0u);
}

TEST_F(NetLifetimeTest, ADeadNamespaceIsNotFoundEvenBeforeItsCleanup) {
  NetRef one = create(), two = create();
  EXPECT_EQ(registry.find(1), one.get());
  EXPECT_EQ(registry.first(), one.get());
  one = NetRef();
  EXPECT_EQ(registry.find(1), nullptr);
  EXPECT_EQ(registry.first(), two.get());
  EXPECT_EQ(registry.live_count(), 1u);
  std::vector<uint64_t> ids;
  registry.for_each([&](Net& net) { ids.push_back(net.id()); });
  EXPECT_EQ(ids, std::vector<uint64_t>{2});
}

TEST_F(NetLifetimeTest, ForEachGoesFromTheOldestAndSeesNewOnes) {
  NetRef one = create(), two = create();
  NetRef extra;
  std::vector<uint64_t> ids;
  registry.for_each([&](Net& net) {
    ids.push_back(net.id());
    if (net.id() == 1) extra = create();
  });
  EXPECT_EQ(ids, (std::vector<uint64_t>{1, 2, 3}));
}

TEST_F(NetLifetimeTest, ForEachSurvivesThatReferencesArePutMeanwhile) {
  NetRef one = create(), two = create(), three = create();
  std::vector<uint64_t> ids;
  registry.for_each([&](Net& net) {
    ids.push_back(net.id());
    two = NetRef();
  });
  EXPECT_EQ(ids, (std::vector<uint64_t>{1, 3}));
}

TEST_F(NetLifetimeTest, APassiveReferenceKeepsTheMemoryAlone) {
  NetRef net = create();
  NetPassiveRef keep(*net);
  net = NetRef();
  fake.settle();
  EXPECT_EQ(take().size(), 4u) << "init, pre_exit, exit and exit_batch ran";
  EXPECT_EQ(registry.allocated_count(), 1u);
  EXPECT_EQ(keep.get()->id(), 1u);
  keep = NetPassiveRef();
  EXPECT_EQ(registry.allocated_count(), 0u);
}

TEST_F(NetLifetimeTest, TheCleanupOfOneMayCreateAnother) {
  NetRef born;
  a_.on_exit = [&](Net& net) {
    if (net.id() == 1) born = create();
  };
  create();
  fake.settle();
  EXPECT_EQ(born->id(), 2u);
  EXPECT_EQ(registry.live_count(), 1u);
}

TEST_F(NetLifetimeTest, CleanupFromInsideAModuleIsPutOff) {
  NetRef victim = create();
  a_.on_init = [&](Net&) {
    victim = NetRef();
    registry.run_cleanup();
    EXPECT_TRUE(registry.cleanup_pending());
  };
  NetRef other = create();
  fake.settle();
  EXPECT_EQ(registry.live_count(), 1u);
}

TEST(NetRegistry, ItsEndRunsTheCleanupListAndLeavesTheTaskHarmless) {
  FakeEnv fake;
  PacketPool packets;
  Log log;
  RecordingModule a(log, "a");
  {
    NetRegistry registry(fake.env(), packets);
    ASSERT_TRUE(registry.register_subsystem(a));
    ASSERT_TRUE(registry.create());
  }
  EXPECT_EQ(log.back(), "a exit_batch 1");
  EXPECT_EQ(fake.env().tasks.run_pending(), 1u);
}

TEST(NetRegistry, TwoOfThemShareNothing) {
  PernetWorld x, y;
  NetRef a = x.create(), b = y.create();
  EXPECT_EQ(a->id(), 1u);
  EXPECT_EQ(b->id(), 1u);
  EXPECT_NE(&a->registry(), &b->registry());
}

TEST_F(NetLifetimeTest, ADropIsCountedPerNamespaceAndSeenByTheHook) {
  NetRef one = create(), two = create();
  std::vector<std::pair<uint64_t, DropReason>> seen;
  registry.on_drop = [&](Net& net, const Packet& p, DropReason reason) {
    EXPECT_EQ(p.size(), 10u);
    seen.emplace_back(net.id(), reason);
  };
  EXPECT_EQ(one->drops(DropReason::kNoSocket), 0u);
  one->drop(Packet::allocate(packets, 0, 10), DropReason::kNoSocket);
  one->drop(Packet::allocate(packets, 0, 10), DropReason::kNoSocket);
  EXPECT_EQ(one->drops(DropReason::kNoSocket), 2u);
  EXPECT_EQ(one->drops(DropReason::kDevDown), 0u);
  EXPECT_EQ(two->drops(DropReason::kNoSocket), 0u);
  EXPECT_EQ(seen.size(), 2u);
  EXPECT_EQ(packets.live(), 0u);
}

}  // namespace
}  // namespace unetns
