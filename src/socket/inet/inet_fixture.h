// Two hosts with a router between them, of real modules, for the tests of AF_INET sockets:
//   a: eth0 10.0.1.1/24 -- r: eth0 10.0.1.254, eth1 10.0.2.254 -- b: eth0 10.0.2.1/24
#ifndef UNETNS_SOCKET_INET_INET_FIXTURE_H_
#define UNETNS_SOCKET_INET_INET_FIXTURE_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/netlink.h>

#include <memory>
#include <set>
#include <string>

#include "inet/inet_layer.h"
#include "inet/ip/ipv4_stack.h"
#include "link/loopback.h"
#include "link/veth.h"
#include "socket/inet/inet_family.h"
#include "socket/inet/inet_name.h"
#include "socket/ioctl/device_ioctls.h"

namespace unetns {

// A program with the capabilities it is given.
class TestCaller final : public Caller {
 public:
  int pid() const override { return 1; }
  uint32_t uid() const override { return user; }
  uint32_t gid() const override { return group; }
  bool capable(int) const override { return privileged; }
  Result<NetRef> net_from_fd(int) const override { return fail(EBADF); }
  Result<NetRef> net_from_pid(int) const override { return fail(ESRCH); }
  uint32_t user = 0, group = 0;
  bool privileged = true;
};

class InetSocketTest : public ::testing::Test {
 protected:
  InetSocketTest() : registry_(env_.env(), pool_) {
    nsids_ = *NsidLayer::create(registry_);
    netdevs_ = *NetdevLayer::create(registry_, *nsids_);
    EXPECT_TRUE(registry_.register_device(*netdevs_));
    inet_ = *InetLayer::create(registry_, *netdevs_);
    stack_ = *Ipv4Stack::create(registry_, *netdevs_, inet_->routes(), inet_->neighbours(), *inet_);
    inet_->set_neigh_failure(&stack_->ip());
    inet_->set_path_facts(&stack_->ip());
    loopback_ = std::make_unique<LoopbackModule>(*netdevs_);
    EXPECT_TRUE(registry_.register_device(*loopback_));
    EXPECT_TRUE(netdevs_->register_kind(veth_));
    ioctls_ = std::make_unique<DeviceIoctls>(*netdevs_, inet_.get());
    family_ = std::make_unique<InetFamily>(AF_INET, *stack_, *netdevs_, *ioctls_);
    family6_ = std::make_unique<InetFamily>(AF_INET6, *stack_, *netdevs_, *ioctls_);
    registry_.on_drop = [this](Net&, const Packet&, DropReason r) { ++drops_[r]; };
    init_ = *registry_.create();
    a_ = *registry_.create();
    b_ = *registry_.create();
    r_ = *registry_.create();
    for (Net* net : {a_.get(), b_.get(), r_.get()}) up(*netdevs_->loopback(*net));
    cable(*a_, "eth0", *r_, "eth0");
    cable(*b_, "eth0", *r_, "eth1");
    address(*a_, "eth0", "10.0.1.1");
    address(*r_, "eth0", "10.0.1.254");
    address(*b_, "eth0", "10.0.2.1");
    address(*r_, "eth1", "10.0.2.254");
    EXPECT_TRUE(inet_->sysctl_set(*r_, "ip_forward", {1}));
    gateway(*a_, "10.0.1.254");
    gateway(*b_, "10.0.2.254");
    env_.settle();
  }
  ~InetSocketTest() override {
    for (auto* net : {&a_, &b_, &r_, &init_}) *net = NetRef();
    env_.settle();
    loopback_.reset();
    stack_.reset();
    inet_.reset();
    EXPECT_EQ(pool_.live(), 0u) << "packets leak";
  }

  void up(NetDevice& dev) { EXPECT_TRUE(netdevs_->change_flags(dev, IFF_UP, IFF_UP)); }
  NetDevice& dev(Net& net, std::string_view name) { return *netdevs_->by_name(net, name); }
  void cable(Net& x, const char* name, Net& y, const char* peer) {
    NewLink request{};
    request.net = request.source_net = &x;
    request.caller = &root_;
    request.name = "tmp0";
    NetDevice* end = *veth_.new_link(*netdevs_, request);
    NetDevice* other = VethKind::peer_of(*end);
    EXPECT_TRUE(netdevs_->move(*other, y, peer));
    EXPECT_TRUE(netdevs_->rename(*end, name));
    up(*end);
    up(*other);
  }
  static Ipv4Address ip(std::string_view text) { return IpAddress::parse(text)->as<V4>(); }
  void address(Net& net, const char* name, std::string_view text, int len = 24) {
    AddrConfig c;
    c.ifindex = dev(net, name).ifindex();
    c.local = c.address = ip(text);
    c.prefix_len = static_cast<uint8_t>(len);
    c.broadcast = Ipv4Address(ip(text).value() | (0xffffffffu >> len));
    EXPECT_TRUE(inet_->addr_add(net, c, NLM_F_CREATE | NLM_F_EXCL));
  }
  void gateway(Net& net, std::string_view via) {
    RouteConfig c;
    NexthopConfig nh;
    nh.gateway = ip(via);
    c.nexthops.push_back(nh);
    EXPECT_TRUE(inet_->route_add(net, c, NLM_F_CREATE | NLM_F_EXCL));
  }

  std::unique_ptr<Socket> make(Net& net, int type = SOCK_DGRAM, int protocol = 0) {
    auto s = family_->create(net, root_, type, protocol);
    EXPECT_TRUE(s.has_value());
    return std::move(*s);
  }
  std::unique_ptr<Socket> make6(Net& net, int type = SOCK_DGRAM, bool v6_only = false) {
    auto s = family6_->create(net, root_, type, 0);
    EXPECT_TRUE(s.has_value());
    const int only = v6_only;
    EXPECT_TRUE((*s)->set_option(root_, SOL_IPV6, IPV6_V6ONLY, bytes_of(only)));
    return std::move(*s);
  }
  static SockAddr name(std::string_view address, uint16_t port = 0) {
    if (address.find(':') == address.npos) return inet_name(ip(address), port);
    sockaddr_in6 in{};
    in.sin6_family = AF_INET6;
    in.sin6_port = to_be16(port);
    const auto parsed = IpAddress::parse(address);
    EXPECT_TRUE(parsed);
    std::memcpy(&in.sin6_addr, parsed->bytes().data(), sizeof in.sin6_addr);
    return SockAddr::of(in);
  }
  template <class T>
  static int code(const Result<T>& r) {
    return r ? 0 : r.error().code;
  }
  int bind(Socket& s, std::string_view address, uint16_t port = 0) {
    return code(s.bind(root_, name(address, port).view()));
  }
  int connect(Socket& s, std::string_view address, uint16_t port = 0) {
    return code(s.connect(root_, name(address, port).view()));
  }
  // Sends to an address, or to the peer when that is empty. The errno.
  int send(Socket& s, Bytes data, std::string_view address = {}, uint16_t port = 0,
           Bytes control = {}) {
    SockAddr to;
    if (!address.empty()) to = name(address, port);
    auto r = s.send(root_, {.data = data, .name = to.view(), .control = control});
    env_.settle();
    return code(r);
  }
  int send(Socket& s, std::string_view text, std::string_view address = {}, uint16_t port = 0) {
    return send(s, {reinterpret_cast<const uint8_t*>(text.data()), text.size()}, address, port);
  }
  static std::string text(const Message& m) { return {m.data.begin(), m.data.end()}; }
  // The next datagram as text, or the errno as "errno N".
  static std::string receive(Socket& s, int flags = 0) {
    auto m = s.receive(flags);
    return m ? text(*m) : "errno " + std::to_string(m.error().code);
  }
  static sockaddr_in from(const SockAddr& a) { return load<sockaddr_in>(a.bytes.data()); }
  static uint16_t port_of(const Socket& s) { return to_be16(from(*s.local_name()).sin_port); }
  int set(Socket& s, int level, int option, int value) {
    return code(s.set_option(root_, level, option, bytes_of(value)));
  }
  int get(Socket& s, int level, int option) {
    auto v = s.get_option(root_, level, option, 4);
    if (!v) return -v.error().code;
    return v->size() == 4 ? load<int>(v->data()) : static_cast<int>((*v)[0]);
  }
  static ByteVector echo_request(uint16_t id, uint16_t sequence, size_t payload = 8) {
    ByteVector m(8 + payload, 0x61);
    IcmpHeader::echo_request(id, sequence).emit_message(m);
    return m;
  }

  FakeEnv env_;
  PacketPool pool_;
  NetRegistry registry_;
  TestCaller root_;
  VethKind veth_;
  std::unique_ptr<NsidLayer> nsids_;
  std::unique_ptr<NetdevLayer> netdevs_;
  std::unique_ptr<InetLayer> inet_;
  std::unique_ptr<Ipv4Stack> stack_;
  std::unique_ptr<LoopbackModule> loopback_;
  std::unique_ptr<DeviceIoctls> ioctls_;
  std::unique_ptr<InetFamily> family_, family6_;
  std::map<DropReason, int> drops_;
  NetRef init_, a_, b_, r_;
};

}  // namespace unetns

#endif  // UNETNS_SOCKET_INET_INET_FIXTURE_H_
