#include "unetns/machine.h"

#include "api/api_fixture.h"
#include "netns/net_registry.h"

namespace unetns {
namespace {

TEST_F(ApiTest, HandlesMayOutliveMachineAndWorldInAnyOrder) {
  auto other = std::make_unique<SimulatedWorld>(3);
  auto m = std::make_unique<Machine>(must(Machine::boot(*other)));
  Netns net = must(m->create_netns("n"));
  Device lo = net.loopback();
  auto socket = must(DatagramSocket::udp(net));
  ScheduledCall call = other->after(ms(1), [] {});
  m.reset();
  other.reset();
  EXPECT_EQ(lo.name(), "lo");
  must(lo.set_up());
  socket = must(DatagramSocket::udp(h1));
  net = Netns();
  lo = Device();
}

TEST_F(ApiTest, ANamespaceDiesWithItsLastHandleAndItsDevicesWithIt) {
  EXPECT_EQ(machine.netns_count(), 3u);
  Netns copy = h2;
  h2 = Netns();
  world.settle();
  EXPECT_EQ(machine.netns_count(), 3u);
  EXPECT_TRUE(d2.exists());
  copy = Netns();
  world.settle();
  EXPECT_EQ(machine.netns_count(), 2u);
  EXPECT_FALSE(d2.exists());
  EXPECT_FALSE(d1.exists()) << "the other end of a veth goes along";
  EXPECT_EQ(d1.set_up().error().code, ENODEV);
  EXPECT_EQ(d1.name(), "");
}

TEST_F(ApiTest, TwoMachinesOfOneWorldShareNothingButTime) {
  Machine second = must(Machine::boot(world));
  EXPECT_EQ(second.netns_count(), 1u);
  Netns theirs = must(second.create_netns());
  EXPECT_EQ(code_of(d1.move_to(theirs)), EXDEV);
  EXPECT_EQ(code_of(h1.add_veth("v", theirs, "v")), EXDEV);
  EXPECT_EQ(second.netns().size(), 2u);
}

TEST_F(ApiTest, APairWhoseSecondNameIsTakenLeavesNothing) {
  EXPECT_EQ(code_of(h1.add_veth("eth1", h2, "eth0")), EEXIST);
  EXPECT_EQ(h1.devices().size(), 2u);
  EXPECT_EQ(h2.devices().size(), 2u);
  EXPECT_EQ(code_of(h1.add_veth("eth0", h2, "eth9")), EEXIST);
  EXPECT_EQ(h2.devices().size(), 2u);
}

TEST_F(ApiTest, ADeviceMovesAndItsHandlesAndTapsGoAlong) {
  int seen = 0;
  const Tap tap = d2.tap([&](const TappedFrame&) { seen++; });
  Netns h3 = must(machine.create_netns("h3"));
  must(d2.move_to(h3));
  EXPECT_EQ(d2.netns()->name(), "h3");
  EXPECT_FALSE(h2.device("eth0").has_value());
  EXPECT_EQ(*h3.device("eth0"), d2);
  EXPECT_TRUE(d2.addresses().empty());
  must(d2.set_up());
  must(d2.add_address({ip("10.0.0.2"), 24}));
  seen = 0;
  EXPECT_EQ(must(ping(world, h1, ip("10.0.0.2"), {.count = 1})).received, 1);
  EXPECT_GE(seen, 2);
}

TEST_F(ApiTest, RoutesAreWhatTheyWereAddedAs) {
  const Route via{
      .destination = {ip("192.0.2.0"), 24}, .gateway = ip("10.0.0.2"), .metric = 5, .mtu = 1400};
  must(h1.add_route(via));
  EXPECT_EQ(code_of(h1.add_route(via)), EEXIST);
  must(h1.add_route({.gateway = ip("10.0.0.2")}));
  must(h1.add_route({.destination = {ip("198.51.100.0"), 24}, .type = RouteType::kUnreachable}));
  const Route found = must(h1.route_to(ip("192.0.2.9")));
  EXPECT_EQ(found.gateway, ip("10.0.0.2"));
  EXPECT_EQ(found.device, d1);
  EXPECT_EQ(found.mtu, 1400u);
  EXPECT_EQ(found.source, ip("10.0.0.1"));
  EXPECT_EQ(code_of(h1.route_to(ip("198.51.100.1"))), EHOSTUNREACH);
  EXPECT_EQ(h1.routes(AF_INET).size(), 4u) << "with the connected one";
  must(h1.remove_route({.gateway = ip("10.0.0.2")}));
  EXPECT_EQ(code_of(h1.route_to(ip("203.0.113.1"))), ENETUNREACH);
  EXPECT_EQ(code_of(h1.remove_route({.gateway = ip("10.0.0.2")})), ESRCH);
}

TEST_F(ApiTest, NeighboursAreLearntOrSetByHand) {
  must(ping(world, h1, ip("10.0.0.2"), {.count = 1}));
  ASSERT_EQ(d1.neighbours().size(), 1u);
  EXPECT_EQ(d1.neighbours()[0].mac, d2.mac());
  must(d1.set_neighbour(ip("10.0.0.9"), MacAddress{{2, 0, 0, 0, 0, 9}}));
  EXPECT_EQ(d1.neighbours().size(), 2u);
  must(d1.remove_neighbour(ip("10.0.0.9")));
  EXPECT_EQ(d1.neighbours().size(), 1u);
}

TEST_F(ApiTest, SettingsAreThoseOfProc) {
  must(h1.write_file("/proc/sys/net/ipv4/ip_default_ttl", "33"));
  EXPECT_EQ(must(h1.read_file("/proc/sys/net/ipv4/ip_default_ttl")), "33\n");
  EXPECT_EQ(must(h2.read_file("/proc/sys/net/ipv4/ip_default_ttl")), "64\n");
  EXPECT_EQ(code_of(h1.read_file("/etc/passwd")), ENOENT);
  must(h1.set_forwarding(true));
  EXPECT_EQ(must(h1.read_file("/proc/sys/net/ipv4/ip_forward")), "1\n");
}

TEST_F(ApiTest, DropsHaveTheirReasons) {
  must(d2.set_up(false));
  (void)ping(world, h1, ip("10.0.0.2"), {.count = 1});
  EXPECT_FALSE(h1.drops().empty());
  EXPECT_FALSE(h1.drops()[0].reason.empty());
}

TEST_F(ApiTest, AKindThatIsNotThereIsRefused) {
  EXPECT_EQ(code_of(h1.add_link({.kind = "nonsense"})), EOPNOTSUPP);
  const Device dummy = must(h1.add_link({.kind = "dummy", .mtu = 1234, .up = true}));
  EXPECT_EQ(dummy.name(), "dummy0");
  EXPECT_EQ(dummy.mtu(), 1234u);
  EXPECT_TRUE(dummy.up());
  EXPECT_EQ(code_of(h1.loopback().remove()), EOPNOTSUPP);
}

}  // namespace
}  // namespace unetns
