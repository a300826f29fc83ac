// Control operations that run out of memory at any of the objects they make: they fail, and nothing
// has changed.
#include "api/api_fixture.h"
#include "netns/net_registry.h"

namespace unetns {
namespace {

class AllocationTest : public ApiTest {
 protected:
  AllocationTest() {
    must(d1.set_neighbour(ip("10.0.0.77"), MacAddress{{2, 0, 0, 0, 0, 7}}));
    must(h1.add_route({.gateway = ip("10.0.0.2")}));
  }
  ~AllocationTest() override { machine.registry().fail_alloc = nullptr; }

  // All that an administrator can see.
  std::string state() {
    world.settle();
    std::string s = std::to_string(machine.netns_count()) + "\n";
    for (const Netns& n : machine.netns()) {
      for (const Device& d : n.devices()) {
        s += std::to_string(d.index()) + d.name() + d.mac().to_string() + (d.up() ? " up" : "") +
             "\n";
        for (const InterfaceAddress& a : d.addresses()) s += " " + a.prefix.to_string() + a.label;
        for (const NeighbourEntry& e : d.neighbours())
          s += " " + e.address.to_string() + e.mac.to_string() + std::to_string(e.state);
      }
      for (const Route& r : n.routes(AF_INET, 0)) {
        s += std::to_string(r.table) + " " + r.destination.to_string() + " " +
             r.gateway.to_string() + " ";
        s += r.device.name() + std::to_string(r.metric) + "\n";
      }
    }
    return s;
  }

  // Fails at the first object, at the second …, until it succeeds. How often it failed.
  int fails_cleanly(const std::function<Result<void>()>& operation) {
    const std::string before = state();
    for (int victim = 0;; victim++) {
      int n = 0;
      bool failed = false;
      machine.registry().fail_alloc = [&] { return n++ == victim ? (failed = true) : false; };
      const Result<void> done = operation();
      machine.registry().fail_alloc = nullptr;
      EXPECT_EQ(done.has_value(), !failed);
      if (done) return victim;
      EXPECT_TRUE(done.error().code == ENOMEM || done.error().code == ENOBUFS)
          << describe(done.error());
      EXPECT_EQ(state(), before) << "object " << victim;
      if (HasFailure() || victim > 100) return victim;
    }
  }
  template <class T>
  static Result<void> nothing_of(Result<T> r) {
    return r ? Result<void>() : std::unexpected(r.error());
  }
};

TEST_F(AllocationTest, ANamespace) {
  EXPECT_GE(fails_cleanly([&] { return nothing_of(machine.create_netns("x")); }), 2);
}
TEST_F(AllocationTest, ADevice) {
  EXPECT_EQ(fails_cleanly([&] { return nothing_of(h1.add_link({.kind = "dummy", .up = true})); }),
            1);
}
TEST_F(AllocationTest, APairOfDevices) {
  EXPECT_EQ(fails_cleanly([&] { return nothing_of(h1.add_veth("v1", h2, "v2")); }), 2);
}
TEST_F(AllocationTest, AWire) {
  EXPECT_EQ(fails_cleanly([&] { return nothing_of(machine.connect({h1, "w"}, {h2, "w"})); }), 2);
}
TEST_F(AllocationTest, AnAddress) {
  EXPECT_EQ(fails_cleanly([&] { return d1.add_address({ip("192.0.2.1"), 24}); }), 1);
}
TEST_F(AllocationTest, ARoute) {
  EXPECT_EQ(
      fails_cleanly([&] {
        return h1.add_route({.destination = {ip("192.0.2.0"), 24}, .gateway = ip("10.0.0.2")});
      }),
      1);
}
TEST_F(AllocationTest, AReplacedRoute) {
  EXPECT_EQ(fails_cleanly([&] { return h1.replace_route({.gateway = ip("10.0.0.9")}); }), 1);
}
TEST_F(AllocationTest, ANeighbour) {
  EXPECT_EQ(fails_cleanly([&] {
              return d1.set_neighbour(ip("10.0.0.78"), MacAddress{{2, 0, 0, 0, 0, 8}});
            }),
            1);
}
TEST_F(AllocationTest, RemovalsNeedNoMemory) {
  machine.registry().fail_alloc = [] { return true; };
  EXPECT_TRUE(h1.remove_route({.gateway = ip("10.0.0.2")}));
  EXPECT_TRUE(d1.remove_neighbour(ip("10.0.0.77")));
  EXPECT_TRUE(d1.remove_address({ip("10.0.0.1"), 24}));
  EXPECT_TRUE(d1.remove());
  h2 = Netns();
  world.settle();
  EXPECT_EQ(machine.netns_count(), 2u);
}

}  // namespace
}  // namespace unetns
