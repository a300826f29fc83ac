// Typed private state of modules in each namespace.
#include <gtest/gtest.h>

#include "netns/pernet_test_world.h"

namespace unetns {
namespace {

struct Plain {
  int a;
  char bytes[100];
  double d;
};

struct Counted {
  explicit Counted(Net& n) : net(&n) { live()++; }
  ~Counted() { live()--; }
  static int& live() {
    static int n = 0;  // of this test program
    return n;
  }
  Net* net;
  bool touched;  // left to the registry's zeroing
};

class NetGenericTest : public testing::Test, protected PernetWorld {
 protected:
  ~NetGenericTest() override {
    registry.run_cleanup();
    EXPECT_EQ(Counted::live(), 0);
  }
};

TEST_F(NetGenericTest, EachNamespaceHasItsOwnZeroedState) {
  auto id = registry.add_state<Plain>().value();
  NetRef one = create(), two = create();
  EXPECT_EQ(one->get(id).a, 0);
  EXPECT_EQ(one->get(id).bytes[99], 0);
  one->get(id).a = 5;
  EXPECT_EQ(two->get(id).a, 0);
  EXPECT_EQ(one->get(id).a, 5);
}

TEST_F(NetGenericTest, AReusedBlockIsZeroedAgain) {
  auto id = registry.add_state<Plain>().value();
  for (int i = 0; i < 50; i++) {
    NetRef net = create();
    EXPECT_EQ(net->get(id).a, 0);
    EXPECT_EQ(net->drops(DropReason::kNoSocket), 0u);
    net->get(id).a = 7;
    net->drop(Packet::allocate(packets, 0, 1), DropReason::kNoSocket);
    net = NetRef();
    fake.settle();
  }
}

TEST_F(NetGenericTest, StateIsBuiltBeforeTheFirstInitAndOutlivesTheLastExit) {
  auto id = registry.add_state<Counted>().value();
  RecordingModule a(log, "a");
  a.on_init = [&](Net& net) { EXPECT_EQ(net.get(id).net, &net); };
  a.on_exit = [&](Net& net) { EXPECT_EQ(net.get(id).net, &net); };
  ASSERT_TRUE(registry.register_subsystem(a));
  create();
  EXPECT_EQ(Counted::live(), 1);
  fake.settle();
  EXPECT_EQ(Counted::live(), 0);
  registry.unregister(a);
}

TEST_F(NetGenericTest, AlignmentIsKept) {
  auto c = registry.add_state<char>().value();
  auto d = registry.add_state<long double>().value();
  auto e = registry.add_state<char>().value();
  auto f = registry.add_state<uint64_t>().value();
  NetRef net = create();
  net->get(c) = 1;
  net->get(e) = 1;
  EXPECT_EQ(reinterpret_cast<uintptr_t>(&net->get(d)) % alignof(long double), 0u);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(&net->get(f)) % alignof(uint64_t), 0u);
  EXPECT_EQ(net->get(f), 0u);
}

TEST_F(NetGenericTest, ALateSlotGrowsTheTableOfLiveNamespaces) {
  auto early = registry.add_state<Plain>().value();
  NetRef one = create();
  one->get(early).a = 3;
  std::vector<PernetId<Plain>> late;
  for (int i = 0; i < 100; i++) {
    late.push_back(registry.add_state<Plain>().value());
    one->get(late.back()).a = i;
  }
  auto counted = registry.add_state<Counted>().value();
  EXPECT_EQ(one->get(counted).net, one.get());
  EXPECT_FALSE(one->get(counted).touched);
  NetRef two = create();
  EXPECT_EQ(one->get(early).a, 3);
  for (int i = 0; i < 100; i++) {
    EXPECT_EQ(one->get(late[static_cast<size_t>(i)]).a, i);
    EXPECT_EQ(two->get(late[static_cast<size_t>(i)]).a, 0);
  }
  EXPECT_EQ(Counted::live(), 2);
}

TEST_F(NetGenericTest, ALateSlotThatCannotBeHadEverywhereIsNowhere) {
  NetRef one = create(), two = create(), three = create();
  for (size_t failing = 0; failing < 6; failing++) {  // a table and a state in each
    size_t i = 0;
    registry.fail_alloc = [&] { return i++ == failing; };
    auto r = registry.add_state<Counted>();
    // The tables that have grown before a failure stay grown: so it takes fewer allocations each
    // time.
    if (r) break;
    EXPECT_EQ(r.error().code, ENOMEM);
    EXPECT_EQ(Counted::live(), 0);
  }
  registry.fail_alloc = nullptr;
  auto id = registry.add_state<Plain>();
  ASSERT_TRUE(id);
  three->get(*id).a = 1;
  EXPECT_EQ(one->get(*id).a, 0);
}

TEST_F(NetGenericTest, ADyingNamespaceGrowsToo) {
  create();
  auto id = registry.add_state<Counted>();
  ASSERT_TRUE(id);
  EXPECT_EQ(Counted::live(), 1);
  fake.settle();
  EXPECT_EQ(Counted::live(), 0);
}

TEST_F(NetGenericTest, ANamespaceKeptFromBeforeALateSlotIsFreedAsItWasBuilt) {
  NetRef net = create();
  NetPassiveRef keep(*net);
  net = NetRef();
  fake.settle();
  ASSERT_TRUE(registry.add_state<Counted>());
  keep = NetPassiveRef();
  EXPECT_EQ(registry.allocated_count(), 0u);
}

}  // namespace
}  // namespace unetns
