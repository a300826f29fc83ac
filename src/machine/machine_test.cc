// A whole machine, without an operating system under it.
#include "machine/machine.h"

#include <gtest/gtest.h>
#include <netinet/in.h>

#include "inet/control.h"

namespace unetns {
namespace {

class MachineTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto booted = Kernel::boot(env_.env());
    ASSERT_TRUE(booted) << booted.error().message;
    machine_ = std::move(*booted);
  }
  void TearDown() override {
    machine_.reset();
    env_.settle();
  }
  Result<NetRef> create() { return machine_->nets().create(); }

  // A veth pair, one end in each namespace, up, with these addresses of a /24.
  void connect(Net& a, const char* address_a, Net& b, const char* address_b) {
    NewLink request{.net = &a, .source_net = &a, .caller = &root_, .name = "eth0"};
    LinkKind* veth = machine_->netdevs().find_kind("veth");
    ASSERT_NE(veth, nullptr);
    auto first = machine_->netdevs().add_link(*veth, request);
    ASSERT_TRUE(first) << first.error().message;
    NetDevice* second = (*first)->ops().link(**first);
    ASSERT_TRUE(machine_->netdevs().move(*second, b, "eth0"));
    configure(**first, address_a);
    configure(*second, address_b);
  }
  void configure(NetDevice& dev, const char* address) {
    AddrConfig config;
    config.ifindex = dev.ifindex();
    config.local = config.address = *IpAddress::parse(address);
    config.prefix_len = 24;
    ASSERT_TRUE(machine_->inet(AF_INET)->addr_add(dev.net(), config, NLM_F_CREATE | NLM_F_EXCL));
    ASSERT_TRUE(machine_->netdevs().change_flags(dev, IFF_UP, IFF_UP));
    env_.settle();
  }
  std::unique_ptr<Socket> udp(Net& net) {
    auto s = machine_->socket(net, root_, AF_INET, SOCK_DGRAM, 0);
    return s ? std::move(*s) : nullptr;
  }
  static sockaddr_in at(const char* address, uint16_t port) {
    sockaddr_in a{};
    a.sin_family = AF_INET;
    a.sin_port = htons(port);
    a.sin_addr.s_addr = IpAddress::parse(address)->as<V4>().be();
    return a;
  }

  FakeEnv env_;
  SystemCaller root_;
  std::unique_ptr<Kernel> machine_;
};

TEST_F(MachineTest, EveryNamespaceIsBornWithItsOwnLoopbackDown) {
  auto net = create();
  ASSERT_TRUE(net);
  NetDevice* lo = machine_->netdevs().loopback(**net);
  ASSERT_NE(lo, nullptr);
  EXPECT_EQ(lo->name(), "lo");
  EXPECT_EQ(lo->ifindex(), 1);
  EXPECT_FALSE(lo->up());
  EXPECT_NE(lo, machine_->netdevs().loopback(machine_->init_net()));
}

TEST_F(MachineTest, AFailingInitOfAnyModuleLeavesNoTrace) {
  NetRegistry& nets = machine_->nets();
  std::vector<std::string> modules;
  nets.before_init = [&](std::string_view module, Net&) -> Result<void> {
    modules.emplace_back(module);
    return {};
  };
  ASSERT_TRUE(create());
  env_.settle();
  ASSERT_GE(modules.size(), 4u);
  const size_t live = nets.live_count();
  for (const std::string& victim : modules) {
    nets.before_init = [&](std::string_view module, Net&) -> Result<void> {
      return module == victim ? Result<void>(fail(ENOBUFS)) : Result<void>();
    };
    auto net = create();
    ASSERT_FALSE(net) << victim;
    EXPECT_EQ(net.error().code, ENOBUFS) << victim;
    env_.settle();
    EXPECT_EQ(nets.live_count(), live) << victim;
    EXPECT_EQ(machine_->packets().live(), 0u) << victim;
  }
  nets.before_init = nullptr;
  EXPECT_TRUE(create());
}

TEST_F(MachineTest, AFailingAllocationOfNamespaceCreationLeavesNoTrace) {
  NetRegistry& nets = machine_->nets();
  const size_t live = nets.live_count();
  bool failed = true;
  int tried = 0;
  for (int victim = 0; failed && victim < 100; victim++) {
    int n = 0;
    failed = false;
    nets.fail_alloc = [&] { return n++ == victim ? (failed = true) : false; };
    auto net = create();
    EXPECT_EQ(net.has_value(), !failed);
    if (!net) {
      EXPECT_EQ(net.error().code, ENOMEM);
      tried++;
    }
    net = fail(ENOMEM);
    env_.settle();
    EXPECT_EQ(nets.live_count(), live);
  }
  EXPECT_FALSE(failed) << "there is an end of allocations";
  EXPECT_GE(tried, 1);
  nets.fail_alloc = nullptr;
  EXPECT_TRUE(create());
}

TEST_F(MachineTest, DatagramsCrossBetweenNamespacesAndArpFindsTheWay) {
  auto a = create(), b = create();
  ASSERT_TRUE(a && b);
  connect(**a, "10.0.0.1", **b, "10.0.0.2");
  auto sender = udp(**a), receiver = udp(**b);
  ASSERT_TRUE(sender && receiver);
  const sockaddr_in to = at("10.0.0.2", 7000);
  ASSERT_TRUE(receiver->bind(root_, bytes_of(to)));
  const uint8_t text[] = {'h', 'i'};
  ASSERT_TRUE(sender->send(root_, {.data = text, .name = bytes_of(to)}));
  env_.settle();
  auto got = receiver->receive(0);
  ASSERT_TRUE(got) << got.error().code;
  EXPECT_EQ(got->data, ByteVector(text, text + 2));
  EXPECT_EQ(receiver->receive(0).error().code, EAGAIN);
}

TEST_F(MachineTest, ADyingNamespaceTakesItsEndOfThePairAlong) {
  auto a = create(), b = create();
  ASSERT_TRUE(a && b);
  connect(**a, "10.0.0.1", **b, "10.0.0.2");
  ASSERT_EQ(machine_->netdevs().device_count(**a), 2u);
  b = fail(ENOENT);
  env_.settle();
  EXPECT_EQ(machine_->netdevs().device_count(**a), 1u) << "the peer went with it";
  EXPECT_EQ(machine_->nets().live_count(), 2u);
}

TEST_F(MachineTest, TwoMachinesShareNothing) {
  FakeEnv other_env(2);
  auto other = Kernel::boot(other_env.env());
  ASSERT_TRUE(other);
  ASSERT_TRUE((*other)->nets().create());
  other_env.settle();
  EXPECT_EQ(machine_->nets().live_count(), 1u);
  EXPECT_NE(&machine_->init_net(), &(*other)->init_net());
  other->reset();
  EXPECT_TRUE(create());
}

TEST_F(MachineTest, SocketsOfAfInet6CarryIpv4Alone) {
  const auto make = [&](int type, int protocol) {
    const auto s = machine_->socket(machine_->init_net(), root_, AF_INET6, type, protocol);
    return s ? 0 : s.error().code;
  };
  EXPECT_EQ(make(SOCK_STREAM, 0), 0);
  EXPECT_EQ(make(SOCK_DGRAM, IPPROTO_UDP), 0);
  EXPECT_EQ(make(SOCK_RAW, IPPROTO_ICMPV6), ESOCKTNOSUPPORT);
}

TEST_F(MachineTest, DomainsThatAreNotThereAnswerAsAKernelWithoutThem) {
  for (int domain : {AF_CAN, AF_VSOCK})
    EXPECT_EQ(machine_->socket(machine_->init_net(), root_, domain, SOCK_DGRAM, 0).error().code,
              EAFNOSUPPORT)
        << domain;
}

}  // namespace
}  // namespace unetns
