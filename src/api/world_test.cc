#include "unetns/world.h"

#include <gtest/gtest.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "api/api_fixture.h"

namespace unetns {
namespace {

using namespace std::chrono_literals;

TEST(SimulatedWorldTest, TimeJumpsFromTimerToTimer) {
  SimulatedWorld world(1);
  const Nanos start = world.now();
  std::vector<Nanos> at;
  auto late = world.after(1h, [&] { at.push_back(world.now() - start); });
  auto early = world.after(1ms, [&] { at.push_back(world.now() - start); });
  auto never = world.after(2ms, [&] { at.push_back(0ns); });
  never.cancel();
  EXPECT_EQ(world.next_event(), start + 1ms);
  EXPECT_TRUE(world.step());
  EXPECT_TRUE(world.step());
  EXPECT_FALSE(world.step());
  EXPECT_EQ(at, (std::vector<Nanos>{1ms, 1h}));
}

TEST(SimulatedWorldTest, RunUntilStopsAtTheMomentAndRunForAtTheEnd) {
  SimulatedWorld world(1);
  const Nanos start = world.now();
  int ticks = 0;
  ScheduledCall tick;
  tick = world.after(10ms, [&] {
    ticks++;
    tick.again_in(10ms);
  });
  EXPECT_TRUE(world.run_until([&] { return ticks == 3; }, 1s));
  EXPECT_EQ(world.now() - start, 30ms);
  EXPECT_FALSE(world.run_until([&] { return ticks == 1000; }, 25ms));
  EXPECT_EQ(world.now() - start, 55ms);
  world.run_for(45ms);
  EXPECT_EQ(world.now() - start, 100ms);
  EXPECT_EQ(ticks, 10);
}

TEST(SimulatedWorldTest, ADestroyedCallNeverComes) {
  SimulatedWorld world(1);
  bool called = false;
  {
    auto call = world.after(1ms, [&] { called = true; });
  }
  auto moved = world.after(1ms, [] {});
  auto to = std::move(moved);
  EXPECT_FALSE(moved.pending());
  EXPECT_TRUE(to.pending());
  world.run_for(1s);
  EXPECT_FALSE(called);
  EXPECT_FALSE(to.pending());
}

TEST(SimulatedWorldTest, TheSeedDecidesEverything) {
  auto mac = [](uint64_t seed) {
    SimulatedWorld world(seed);
    Machine machine = must(Machine::boot(world));
    Netns net = must(machine.create_netns());
    return must(net.add_link({.kind = "dummy"})).mac();
  };
  EXPECT_EQ(mac(5), mac(5));
  EXPECT_NE(mac(5), mac(6));
}

TEST(HostWorldTest, TimersAndDescriptorsOfTheHostDriveIt) {
  HostWorld world;
  const int fd = ::eventfd(0, EFD_NONBLOCK);
  int events = 0;
  {
    auto watch = must(world.watch(fd, 1 /* EPOLLIN */, [&](uint32_t) {
      uint64_t n;
      events += ::read(fd, &n, sizeof n) == sizeof n;
    }));
    EXPECT_EQ(code_of(world.watch(fd, 1, [](uint32_t) {})), EEXIST);
    auto call = world.after(5ms, [&] {
      const uint64_t one = 1;
      EXPECT_EQ(::write(fd, &one, sizeof one), ssize_t{sizeof one});
    });
    const Nanos start = world.now();
    EXPECT_TRUE(world.run_until([&] { return events == 1; }, 10s));
    EXPECT_GE(world.now() - start, 5ms);
  }
  const uint64_t one = 1;
  EXPECT_EQ(::write(fd, &one, sizeof one), ssize_t{sizeof one});
  world.run_for(5ms);
  EXPECT_EQ(events, 1) << "no longer watched";
  ::close(fd);
}

TEST(HostWorldTest, AMachineRunsInRealTime) {
  HostWorld world;
  Machine machine = must(Machine::boot(world));
  Netns a = must(machine.create_netns()), b = must(machine.create_netns());
  Wire wire = must(machine.connect({a, "e"}, {b, "e"}, {.impairments = {.delay = 2ms}}));
  must(wire.a().add_address(must(Prefix::parse("10.0.0.1/24"))));
  must(wire.b().add_address(must(Prefix::parse("10.0.0.2/24"))));
  const auto report =
      must(ping(world, a, *IpAddress::parse("10.0.0.2"), {.count = 2, .interval = 10ms}));
  EXPECT_EQ(report.received, 2);
  EXPECT_GE(report.round_trips.at(1), 4ms);
}

}  // namespace
}  // namespace unetns
