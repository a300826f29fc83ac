// A creation that fails leaves nothing behind.
#include <gtest/gtest.h>

#include "netns/pernet_test_world.h"

namespace unetns {
namespace {

class PernetUnwindTest : public testing::Test, protected PernetWorld {
 protected:
  PernetUnwindTest() {
    EXPECT_TRUE(registry.register_subsystem(a_));
    EXPECT_TRUE(registry.register_subsystem(b_));
    EXPECT_TRUE(registry.register_device(c_));
  }
  ~PernetUnwindTest() override { registry.run_cleanup(); }
  RecordingModule a_{log, "a"}, b_{log, "b"}, c_{log, "c"};
};

TEST_F(PernetUnwindTest, AFailedInitUndoesTheEarlierOnesInReverse) {
  c_.fail_in = 1;
  auto r = registry.create();
  EXPECT_EQ(r.error().code, EADDRINUSE);
  EXPECT_EQ(take(), (Log{"a init 1", "b init 1", "c init 1",  //
                         "b pre_exit 1", "a pre_exit 1",      //
                         "b exit 1", "b exit_batch 1", "a exit 1", "a exit_batch 1"}));
}

TEST_F(PernetUnwindTest, TheFailedOneItselfIsNotUndone) {
  a_.fail_in = 1;
  EXPECT_FALSE(registry.create());
  EXPECT_EQ(take(), Log{"a init 1"});
}

TEST_F(PernetUnwindTest, AFailedCreationLeavesNoTrace) {
  b_.fail_in = 1;
  EXPECT_FALSE(registry.create());
  EXPECT_EQ(registry.live_count(), 0u);
  EXPECT_EQ(registry.first(), nullptr);
  EXPECT_EQ(registry.find(1), nullptr);
  EXPECT_EQ(registry.allocated_count(), 0u);
  EXPECT_FALSE(registry.cleanup_pending());
  EXPECT_TRUE(fake.env().tasks.empty());
}

TEST_F(PernetUnwindTest, TheFirstNamespaceThatComesToLifeIsTheFirst) {
  b_.fail_in = 1;
  EXPECT_FALSE(registry.create());
  b_.fail_in = 0;
  NetRef net = create();
  EXPECT_TRUE(net->is_init());
}

TEST_F(PernetUnwindTest, AnInjectedFailureOfEachModuleUnwindsTheOnesBefore) {
  const std::vector<std::string> modules = {"a", "b", "c"};
  for (size_t failing = 0; failing < modules.size(); failing++) {
    registry.before_init = [&](std::string_view module, Net&) -> Result<void> {
      if (module == modules[failing]) return fail(ENOMEM, "injected");
      return {};
    };
    auto r = registry.create();
    ASSERT_FALSE(r);
    EXPECT_EQ(r.error().message, "injected");
    size_t inits = 0, exits = 0;
    for (const std::string& line : take()) {
      inits += line.find(" init ") != std::string::npos;
      exits += line.find(" exit ") != std::string::npos;
    }
    EXPECT_EQ(inits, failing);
    EXPECT_EQ(exits, failing);
    EXPECT_EQ(registry.allocated_count(), 0u);
  }
}

TEST_F(PernetUnwindTest, EveryAllocationMayFailWithEnomem) {
  ASSERT_TRUE(registry.add_state<int>());
  // Count the allocations of one creation, then fail each of them.
  size_t allocations = 0;
  registry.fail_alloc = [&] { return allocations++, false; };
  create();
  fake.settle();
  take();
  ASSERT_GT(allocations, 0u);
  for (size_t failing = 0; failing < allocations; failing++) {
    size_t i = 0;
    registry.fail_alloc = [&] { return i++ == failing; };
    auto r = registry.create();
    ASSERT_FALSE(r);
    EXPECT_EQ(r.error().code, ENOMEM);
    EXPECT_EQ(registry.allocated_count(), 0u);
    EXPECT_EQ(registry.live_count(), 0u);
  }
  registry.fail_alloc = nullptr;
  EXPECT_TRUE(registry.create());
}

TEST_F(PernetUnwindTest, TheUnwoundNamespaceSaysThatItExits) {
  bool exiting = false;
  a_.on_pre_exit = [&](Net& net) { exiting = net.exiting(); };
  c_.fail_in = 1;
  EXPECT_FALSE(registry.create());
  EXPECT_TRUE(exiting);
}

}  // namespace
}  // namespace unetns
