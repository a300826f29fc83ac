// The order in which modules are told of a namespace's birth and death.
#include <gtest/gtest.h>

#include "netns/pernet_test_world.h"

namespace unetns {
namespace {

class PernetOrderTest : public testing::Test, protected PernetWorld {
 protected:
  ~PernetOrderTest() override { registry.run_cleanup(); }
  RecordingModule a_{log, "a"}, b_{log, "b"}, c_{log, "c"}, d_{log, "d"};
};

TEST_F(PernetOrderTest, SubsystemsStandBeforeDevicesWhateverTheOrderOfRegistration) {
  ASSERT_TRUE(registry.register_device(c_));
  ASSERT_TRUE(registry.register_subsystem(a_));
  ASSERT_TRUE(registry.register_device(d_));
  ASSERT_TRUE(registry.register_subsystem(b_));
  EXPECT_EQ(registry.modules(), (std::vector<PernetOperations*>{&a_, &b_, &c_, &d_}));
  NetRef net = create();
  EXPECT_EQ(take(), (Log{"a init 1", "b init 1", "c init 1", "d init 1"}));
}

TEST_F(PernetOrderTest, TheDeviceBorderFollowsAnUnregistration) {
  ASSERT_TRUE(registry.register_subsystem(a_));
  ASSERT_TRUE(registry.register_device(c_));
  registry.unregister(a_);
  ASSERT_TRUE(registry.register_subsystem(b_));
  registry.unregister(c_);
  ASSERT_TRUE(registry.register_device(d_));
  ASSERT_TRUE(registry.register_subsystem(a_));
  EXPECT_EQ(registry.modules(), (std::vector<PernetOperations*>{&b_, &a_, &d_}));
}

TEST_F(PernetOrderTest, DestroyingRunsEveryPreExitFirstThenModuleByModuleInReverse) {
  ASSERT_TRUE(registry.register_subsystem(a_));
  ASSERT_TRUE(registry.register_device(b_));
  create();
  take();
  registry.run_cleanup();
  EXPECT_EQ(take(), (Log{"b pre_exit 1", "a pre_exit 1", "b exit 1", "b exit_batch 1", "a exit 1",
                         "a exit_batch 1"}));
}

TEST_F(PernetOrderTest, NamespacesThatDieTogetherAreOneBatch) {
  ASSERT_TRUE(registry.register_subsystem(a_));
  ASSERT_TRUE(registry.register_device(b_));
  create();
  create();
  take();
  fake.settle();
  EXPECT_EQ(take(), (Log{"b pre_exit 1", "b pre_exit 2", "a pre_exit 1", "a pre_exit 2",  //
                         "b exit 1", "b exit 2", "b exit_batch 1,2",                      //
                         "a exit 1", "a exit 2", "a exit_batch 1,2"}));
}

TEST_F(PernetOrderTest, WhatDiesDuringACleanupIsTheNextBatch) {
  ASSERT_TRUE(registry.register_subsystem(a_));
  NetRef held = create();
  a_.on_pre_exit = [&](Net&) { held = NetRef(); };
  create();
  take();
  fake.settle();
  EXPECT_EQ(take(), (Log{"a pre_exit 2", "a exit 2", "a exit_batch 2",  //
                         "a pre_exit 1", "a exit 1", "a exit_batch 1"}));
}

TEST_F(PernetOrderTest, AModuleForTheFirstNamespaceOnlyIsAbsentFromTheOthers) {
  a_.first_only = true;
  ASSERT_TRUE(registry.register_subsystem(a_));
  ASSERT_TRUE(registry.register_subsystem(b_));
  NetRef first = create(), second = create();
  EXPECT_EQ(take(), (Log{"a init 1", "b init 1", "b init 2"}));
  EXPECT_TRUE(first->present(a_));
  EXPECT_FALSE(second->present(a_));
  EXPECT_TRUE(second->present(b_));
  first = second = NetRef();
  fake.settle();
  EXPECT_EQ(take(), (Log{"b pre_exit 1", "b pre_exit 2", "a pre_exit 1",  //
                         "b exit 1", "b exit 2", "b exit_batch 1,2",      //
                         "a exit 1", "a exit_batch 1"}));
}

TEST_F(PernetOrderTest, AModuleIsRegisteredOnce) {
  ASSERT_TRUE(registry.register_subsystem(a_));
  EXPECT_EQ(registry.register_device(a_).error().code, EEXIST);
  EXPECT_EQ(registry.modules().size(), 1u);
}

TEST_F(PernetOrderTest, TheListDoesNotChangeUnderAModule) {
  int code = 0, slot_code = 0;
  a_.on_init = [&](Net&) {
    code = registry.register_subsystem(b_).error().code;
    slot_code = registry.add_state<int>().error().code;
  };
  ASSERT_TRUE(registry.register_subsystem(a_));
  NetRef net = create();
  EXPECT_EQ(code, EBUSY);
  EXPECT_EQ(slot_code, EBUSY);
}

TEST_F(PernetOrderTest, AnInitMayCreateAnotherNamespace) {
  NetRef inner;
  a_.on_init = [&](Net& net) {
    if (net.id() == 1) inner = registry.create().value();
  };
  ASSERT_TRUE(registry.register_subsystem(a_));
  NetRef outer = create();
  EXPECT_EQ(take(), (Log{"a init 1", "a init 2"}));
  EXPECT_EQ(inner->id(), 2u);
  EXPECT_EQ(registry.live_count(), 2u);
}

}  // namespace
}  // namespace unetns
