// Each call of operator new of each control operation fails once, for real: with a MemoryReserve
// the operation is done all the same, and the same has come of it.
#include "host/memory_reserve.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdlib>
#include <functional>
#include <new>

#include "api/api_fixture.h"
#include "netns/net_registry.h"

namespace {
// Calls left until one fails; 0: none is to.
int until_failure = 0;

// As the standard wants operator new to be: it asks the new-handler for memory until there is some.
void* allocate(size_t size, size_t alignment = 0) {
  for (;;) {
    const bool fails = until_failure != 0 && --until_failure == 0;
    void* p = nullptr;
    if (!fails && alignment == 0) p = std::malloc(std::max<size_t>(size, 1));
    if (!fails && alignment != 0)
      p = std::aligned_alloc(alignment,
                             (std::max<size_t>(size, 1) + alignment - 1) / alignment * alignment);
    if (p) return p;
    const std::new_handler handler = std::get_new_handler();
    if (!handler) throw std::bad_alloc();
    handler();
  }
}
}  // namespace

void* operator new(size_t size) { return allocate(size); }
void* operator new[](size_t size) { return allocate(size); }
void* operator new(size_t size, std::align_val_t to) {
  return allocate(size, static_cast<size_t>(to));
}
void* operator new[](size_t size, std::align_val_t to) {
  return allocate(size, static_cast<size_t>(to));
}
void operator delete(void* p) noexcept { std::free(p); }
void operator delete[](void* p) noexcept { std::free(p); }
void operator delete(void* p, size_t) noexcept { std::free(p); }
void operator delete[](void* p, size_t) noexcept { std::free(p); }
void operator delete(void* p, std::align_val_t) noexcept { std::free(p); }
void operator delete[](void* p, std::align_val_t) noexcept { std::free(p); }
void operator delete(void* p, size_t, std::align_val_t) noexcept { std::free(p); }
void operator delete[](void* p, size_t, std::align_val_t) noexcept { std::free(p); }

namespace unetns {
namespace {

constexpr MacAddress kMac{{2, 0, 0, 0, 0, 9}};

class Hosts : public ApiTest {
 public:
  using ApiTest::d1, ApiTest::h1, ApiTest::h2, ApiTest::ip, ApiTest::machine, ApiTest::world;
  void TestBody() override {}
  Hosts() {
    must(h1.add_link({.kind = "dummy", .name = "d", .up = true}));
    must(h1.add_route({.destination = {ip("10.9.0.0"), 16}, .gateway = ip("10.0.0.2")}));
    must(d1.set_neighbour(ip("10.0.0.7"), kMac));
    world.settle();
  }
  Device d() { return must(h1.device("d")); }
  // All that an administrator can see, but for numbers that differ by chance.
  std::string state() {
    world.settle();
    std::string s;
    for (const Netns& n : machine.netns()) {
      s += "netns " + n.name() + "\n";
      for (const Device& dev : n.devices()) {
        s += dev.name() + (dev.up() ? " up" : "") + (dev.carrier() ? " carrier " : " ");
        s +=
            std::to_string(dev.index()) + " " + std::to_string(dev.mtu()) + " " + dev.kind() + "\n";
        for (const auto& a : dev.addresses()) s += " " + a.prefix.to_string() + a.label;
        for (const auto& e : dev.neighbours())
          s += " " + e.address.to_string() + e.mac.to_string() + std::to_string(e.state);
      }
      for (const Route& r : n.routes(AF_INET, 0))
        s += std::to_string(r.table) + " " + r.destination.to_string() + " " +
             r.gateway.to_string() + " " + r.device.name() + std::to_string(r.hops.size()) + "\n";
      for (const char* file : {"tcp_sack", "conf/d/rp_filter", "ip_forward"})
        s += n.read_file(std::string("/proc/sys/net/ipv4/") + file).value_or("none");
      for (const char* file : {"igmp", "udp", "raw"})
        s += n.read_file(std::string("/proc/net/") + file).value_or("none");
    }
    return s;
  }
};

IpAddress ip(std::string_view a) { return Hosts::ip(a); }

using Operation = std::function<bool(Hosts&)>;

// How often operator new was called, and failed.
int survives(const std::string& what, const Operation& operation) {
  std::string wanted;
  {
    Hosts undisturbed;
    EXPECT_TRUE(operation(undisturbed)) << what;
    wanted = undisturbed.state();
  }
  for (int n = 1;; ++n) {
    Hosts hosts;
    MemoryReserve reserve(1 << 20);
    hosts.machine.registry().fail_alloc = [&] { return !reserve.whole(); };
    until_failure = n;
    const bool done = operation(hosts);
    const bool failed = until_failure == 0;
    until_failure = 0;
    EXPECT_TRUE(done) << what << " " << n;
    if (!failed) return n - 1;
    EXPECT_EQ(reserve.times_used(), 1u) << what << " " << n;
    EXPECT_EQ(hosts.state(), wanted) << what << " " << n;
    hosts.machine.registry().fail_alloc = nullptr;
    if (testing::Test::HasFailure() || n == 500) return n;
  }
}

TEST(Memory, EveryFailureOfOperatorNewIsSurvived) {
  const auto bytes = [](const char* address) {
    std::array<uint8_t, 8> mreq{224, 1, 2, 3};
    const auto a = ip(address);
    std::copy_n(a.bytes().begin(), 4, mreq.begin() + 4);
    return mreq;
  };
  const auto udp = [](Hosts& t) { return *DatagramSocket::udp(t.h1); };
  const SocketAddress here{ip("10.0.0.1"), 777}, there{ip("10.0.0.2"), 777};
  const std::pair<const char*, Operation> operations[] = {
      {"netns", [](Hosts& t) { return t.machine.create_netns("x").has_value(); }},
      {"dummy", [](Hosts& t) { return t.h1.add_link({.kind = "dummy", .up = true}).has_value(); }},
      {"veth", [](Hosts& t) { return t.h1.add_veth("v1", t.h2, "v2").has_value(); }},
      {"remove", [](Hosts& t) { return t.d1.remove().has_value(); }},
      {"down", [](Hosts& t) { return t.d1.set_up(false).has_value(); }},
      {"up", [](Hosts& t) { return t.d().set_up(false) && t.d().set_up(true); }},
      {"mtu", [](Hosts& t) { return t.d1.set_mtu(1300).has_value(); }},
      {"mac", [](Hosts& t) { return t.d1.set_mac(kMac).has_value(); }},
      {"rename", [](Hosts& t) { return t.d().rename("e").has_value(); }},
      {"move", [](Hosts& t) { return t.d().move_to(t.h2).has_value(); }},
      {"address",
       [](Hosts& t) {
         return t.d().add_address({ip("10.3.0.1"), 24}).has_value();
       }},
      {"address again",
       [](Hosts& t) {
         return t.d1.add_address({ip("10.0.0.9"), 24}).has_value();
       }},
      {"no address",
       [](Hosts& t) {
         return t.d1.remove_address({ip("10.0.0.1"), 24}).has_value();
       }},
      {"route",
       [](Hosts& t) {
         return t.h1
             .add_route(
                 {.destination = {ip("10.8.0.0"), 16}, .gateway = ip("10.0.0.2"), .table = 77})
             .has_value();
       }},
      {"two ways",
       [](Hosts& t) {
         return t.h1
             .add_route({.destination = {ip("10.8.0.0"), 16},
                         .hops = {{ip("10.0.0.2"), t.d1}, {ip("10.0.0.3"), t.d1}}})
             .has_value();
       }},
      {"other route",
       [](Hosts& t) {
         return t.h1.replace_route({.destination = {ip("10.9.0.0"), 16}, .gateway = ip("10.0.0.3")})
             .has_value();
       }},
      {"no route",
       [](Hosts& t) {
         return t.h1.remove_route({.destination = {ip("10.9.0.0"), 16}}).has_value();
       }},
      {"neighbour", [](Hosts& t) { return t.d1.set_neighbour(ip("10.0.0.8"), kMac).has_value(); }},
      {"no neighbour", [](Hosts& t) { return t.d1.remove_neighbour(ip("10.0.0.7")).has_value(); }},
      {"setting",
       [](Hosts& t) { return t.h1.write_file("/proc/sys/net/ipv4/tcp_sack", "0").has_value(); }},
      {"of a device",
       [](Hosts& t) {
         return t.h1.write_file("/proc/sys/net/ipv4/conf/d/rp_filter", "1").has_value();
       }},
      {"forwarding", [](Hosts& t) { return t.h1.set_forwarding(true).has_value(); }},
      {"raw", [](Hosts& t) { return DatagramSocket::raw(t.h1, AF_INET, 1).has_value(); }},
      {"bind", [&](Hosts& t) { return udp(t).bind(here).has_value(); }},
      {"connect", [&](Hosts& t) { return udp(t).connect(there).has_value(); }},
      {"send", [&](Hosts& t) { return udp(t).send_to(ByteVector(100), there).has_value(); }},
      {"join",
       [&](Hosts& t) {
         return udp(t).set_option(IPPROTO_IP, IP_ADD_MEMBERSHIP, bytes("10.0.0.1")).has_value();
       }},
      {"listen", [&](Hosts& t) { return TcpListener::listen(t.h1, here).has_value(); }},
      {"TCP connect", [&](Hosts& t) { return TcpStream::connect(t.h1, there).has_value(); }},
  };
  int calls = 0;
  for (const auto& [what, operation] : operations) calls += survives(what, operation);
  EXPECT_GT(calls, 200);
}

}  // namespace
}  // namespace unetns
