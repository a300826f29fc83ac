// The packet path over one device, with invented routes and a neighbour layer that keeps what it is
// given.
#ifndef UNETNS_INET_IP_IP_FIXTURE_H_
#define UNETNS_INET_IP_IP_FIXTURE_H_

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <vector>

#include "inet/ip/ipv4_stack.h"
#include "packet/wire/udp.h"

namespace unetns {

inline constexpr uint32_t kOurs = 0x0a000001;     // 10.0.0.1/24 on eth0
inline constexpr uint32_t kPeer = 0x0a000002;     // beside us
inline constexpr uint32_t kFar = 0xc0000201;      // 192.0.2.1: beyond eth1
inline constexpr uint32_t kCast = 0x0a0000ff;     // 10.0.0.255
inline constexpr uint32_t kNowhere = 0xc6336401;  // 198.51.100.1: no route

class FakeRoutes final : public RouteLookup<V4> {
 public:
  Result<RouteResult<V4>> output(Net&, const FlowKey<V4>& key) override {
    RouteResult<V4> r;
    r.type = address_type(key.dst);
    if (key.dst.value() == kNowhere) return fail(ENETUNREACH);
    r.dev = key.dst.value() == kFar ? eth1 : r.type == RTN_LOCAL ? lo : eth0;
    r.prefsrc = Ipv4Address(kOurs);
    return r;
  }
  std::expected<RouteResult<V4>, DropReason> input(Net& net, const FlowKey<V4>& key) override {
    if (refuse != DropReason::kNotSpecified) return std::unexpected(refuse);
    if (key.dst.value() == kNowhere) return std::unexpected(DropReason::kIpNoRoute);
    auto r = *output(net, key);
    if (forced_type) r.type = forced_type;
    return r;
  }
  static uint8_t address_type(const Ipv4Address& a) {
    if (a.is_multicast()) return RTN_MULTICAST;
    if (a.is_limited_broadcast() || a.value() == kCast) return RTN_BROADCAST;
    return a.value() == kOurs || a.is_loopback() ? RTN_LOCAL : RTN_UNICAST;
  }
  uint8_t address_type(Net&, const Ipv4Address& a, int) override { return address_type(a); }
  Ipv4Address select_source(Net&, NetDevice&, const Ipv4Address&, uint8_t) override {
    return Ipv4Address(kOurs);
  }
  bool has_address(const NetDevice&) override { return true; }
  bool on_link(const NetDevice&, const Ipv4Address&, const Ipv4Address*) override { return true; }
  bool takes_redirect(NetDevice&, const Ipv4Address&, const Ipv4Address&) override { return true; }
  int32_t devconf(const NetDevice&, int) override { return 1; }

  NetDevice *eth0 = nullptr, *eth1 = nullptr, *lo = nullptr;
  DropReason refuse = DropReason::kNotSpecified;
  uint8_t forced_type = 0;
};

class FakeNeighbours final : public NeighOutput<V4> {
 public:
  struct Sent {
    NetDevice* dev;
    Ipv4Address nexthop;
    ByteVector bytes;
    Ipv4View ip() const { return *Ipv4View::parse(bytes); }
    IcmpView icmp() const { return *IcmpView::parse(ip().payload()); }
  };
  void output(NetDevice& dev, const Ipv4Address& nexthop, Packet packet) override {
    sent.push_back({&dev, nexthop, packet.to_vector()});
  }
  void confirm(NetDevice&, const Ipv4Address&) override {}
  bool known_or_ask(NetDevice&, const Ipv4Address&) override { return true; }
  std::vector<Sent> sent;
};

class SilentOps final : public DeviceOps {
 public:
  void transmit(NetDevice&, Packet) override {}
};

class IpTest : public ::testing::Test {
 protected:
  IpTest() : registry_(env_.env(), pool_) {
    nsids_ = *NsidLayer::create(registry_);
    netdevs_ = *NetdevLayer::create(registry_, *nsids_);
    EXPECT_TRUE(registry_.register_device(*netdevs_));
    stack_ = *Ipv4Stack::create(registry_, *netdevs_, routes_, neighbours_, settings_);
    registry_.on_drop = [this](Net&, const Packet&, DropReason r) { ++drops_[r]; };
    net_ = *registry_.create();
    routes_.lo = device("lo", IFF_LOOPBACK);
    routes_.eth0 = device("eth0", IFF_BROADCAST | IFF_MULTICAST);
    routes_.eth1 = device("eth1", IFF_BROADCAST | IFF_MULTICAST);
  }
  ~IpTest() override {
    net_ = NetRef();
    env_.settle();
    stack_.reset();
    EXPECT_EQ(pool_.live(), 0u) << "packets leak";
  }
  NetDevice* device(const char* name, uint32_t flags) {
    auto dev = std::make_unique<NetDevice>(nullptr, std::make_unique<SilentOps>());
    dev->flags = flags;
    dev->address = MacAddress{{2, 0, 0, 0, 0, ++macs_}};
    NetDevice* d = *netdevs_->register_device(*net_, std::move(dev), name);
    EXPECT_TRUE(netdevs_->change_flags(*d, IFF_UP, IFF_UP));
    return d;
  }

  struct Spec {
    uint32_t src = kPeer, dst = kOurs;
    uint8_t ttl = 64, proto = 17, tos = 0;
    bool df = false, more = false;
    uint16_t offset = 0, id = 1;
    ByteVector options;
    ByteVector payload = udp(1000, 2000);
  };
  static ByteVector udp(uint16_t from, uint16_t to, size_t payload = 4) {
    ByteVector b(8 + payload);
    UdpHeader{from, to, static_cast<uint16_t>(b.size()), 0}.emit(b);
    return b;
  }
  static ByteVector packet(const Spec& s) {
    Ipv4Header h;
    h.options = s.options;
    h.tos = s.tos;
    h.total_length = static_cast<uint16_t>(h.size() + s.payload.size());
    h.id = s.id;
    h.dont_fragment = s.df;
    h.more_fragments = s.more;
    h.fragment_offset = s.offset;
    h.ttl = s.ttl;
    h.protocol = s.proto;
    h.src = Ipv4Address(s.src);
    h.dst = Ipv4Address(s.dst);
    ByteVector b(h.total_length);
    h.emit(b);
    std::copy(s.payload.begin(), s.payload.end(), b.begin() + static_cast<ptrdiff_t>(h.size()));
    return b;
  }
  // Lets the bytes arrive at eth0 in an Ethernet frame for us.
  void arrive_bytes(const ByteVector& ip, bool broadcast = false) {
    Packet p = Packet::copy_of(pool_, ip);
    netdevs_->push_ethernet(p, broadcast ? MacAddress::broadcast() : routes_.eth0->address.mac(),
                            MacAddress{{2, 9, 9, 9, 9, 9}}, 0x0800);
    netdevs_->receive(*routes_.eth0, std::move(p));
    env_.settle();
  }
  void arrive(const Spec& s) { arrive_bytes(packet(s)); }
  std::vector<FakeNeighbours::Sent>& sent() { return neighbours_.sent; }
  IpStats stats() { return stack_->ip().stats(*net_); }

  FakeEnv env_;
  PacketPool pool_;
  NetRegistry registry_;
  FakeRoutes routes_;
  FakeNeighbours neighbours_;
  FixedIpSettings settings_;
  std::unique_ptr<NsidLayer> nsids_;
  std::unique_ptr<NetdevLayer> netdevs_;
  std::unique_ptr<Ipv4Stack> stack_;
  std::map<DropReason, int> drops_;
  uint8_t macs_ = 0;
  NetRef net_;
};

}  // namespace unetns

#endif  // UNETNS_INET_IP_IP_FIXTURE_H_
