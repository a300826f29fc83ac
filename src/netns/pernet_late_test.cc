// Modules that come and go while namespaces live.
#include <gtest/gtest.h>

#include "netns/pernet_test_world.h"

namespace unetns {
namespace {

class PernetLateTest : public testing::Test, protected PernetWorld {
 protected:
  ~PernetLateTest() override {
    one_ = two_ = three_ = NetRef();
    registry.run_cleanup();
  }
  RecordingModule a_{log, "a"}, b_{log, "b"};
  NetRef one_ = create(), two_ = create(), three_ = create();
};

TEST_F(PernetLateTest, ALateModuleIsToldOfEachLiveNamespace) {
  ASSERT_TRUE(registry.register_device(a_));
  EXPECT_EQ(take(), (Log{"a init 1", "a init 2", "a init 3"}));
}

TEST_F(PernetLateTest, AFailureUndoesInReverseAndLeavesItUnregistered) {
  a_.fail_in = 3;
  EXPECT_EQ(registry.register_subsystem(a_).error().code, EADDRINUSE);
  EXPECT_EQ(take(), (Log{"a init 1", "a init 2", "a init 3", "a pre_exit 2", "a pre_exit 1",
                         "a exit 2", "a exit 1", "a exit_batch 2,1"}));
  EXPECT_TRUE(registry.modules().empty());
  NetRef four = create();
  EXPECT_EQ(take(), Log{});
}

TEST_F(PernetLateTest, AFailureInTheFirstNamespaceUndoesNothing) {
  a_.fail_in = 1;
  EXPECT_FALSE(registry.register_subsystem(a_));
  EXPECT_EQ(take(), Log{"a init 1"});
}

TEST_F(PernetLateTest, AnInjectedFailureIsAsIfTheInitHadFailed) {
  registry.before_init = [&](std::string_view module, Net& net) -> Result<void> {
    if (module == "a" && net.id() == 2) return fail(ENOBUFS);
    return {};
  };
  EXPECT_EQ(registry.register_subsystem(a_).error().code, ENOBUFS);
  EXPECT_EQ(take(), (Log{"a init 1", "a pre_exit 1", "a exit 1", "a exit_batch 1"}));
}

TEST_F(PernetLateTest, ALateSubsystemGoesBeforeTheFirstDeviceModule) {
  ASSERT_TRUE(registry.register_device(b_));
  ASSERT_TRUE(registry.register_subsystem(a_));
  take();
  NetRef four = create();
  EXPECT_EQ(take(), (Log{"a init 4", "b init 4"}));
}

TEST_F(PernetLateTest, UnregisteringExitsFromEachLiveNamespace) {
  ASSERT_TRUE(registry.register_subsystem(a_));
  take();
  registry.unregister(a_);
  EXPECT_EQ(take(), (Log{"a pre_exit 1", "a pre_exit 2", "a pre_exit 3",  //
                         "a exit 1", "a exit 2", "a exit 3", "a exit_batch 1,2,3"}));
  two_ = NetRef();
  fake.settle();
  EXPECT_EQ(take(), Log{});
  registry.unregister(a_);
  EXPECT_EQ(take(), Log{});
}

TEST_F(PernetLateTest, ALateModuleForTheFirstNamespaceIsToldOfThatOnly) {
  a_.first_only = true;
  ASSERT_TRUE(registry.register_subsystem(a_));
  registry.unregister(a_);
  EXPECT_EQ(take(), (Log{"a init 1", "a pre_exit 1", "a exit 1", "a exit_batch 1"}));
}

TEST_F(PernetLateTest, ADyingNamespaceIsGoneBeforeALateModuleComes) {
  ASSERT_TRUE(registry.register_subsystem(b_));
  take();
  two_ = NetRef();
  ASSERT_TRUE(registry.register_subsystem(a_));
  EXPECT_EQ(take(), (Log{"b pre_exit 2", "b exit 2", "b exit_batch 2", "a init 1", "a init 3"}));
}

}  // namespace
}  // namespace unetns
