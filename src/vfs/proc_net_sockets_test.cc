#include <gmock/gmock.h>

#include "inet/ip/ip_settings.h"
#include "inet/ip/ipv4_stack.h"
#include "vfs/vfs_fixture.h"

namespace unetns {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class NoRoutes final : public RouteLookup<V4> {
 public:
  Result<RouteResult<V4>> output(Net&, const FlowKey<V4>&) override { return fail(ENETUNREACH); }
  std::expected<RouteResult<V4>, DropReason> input(Net&, const FlowKey<V4>&) override {
    return std::unexpected(DropReason::kIpNoRoute);
  }
  uint8_t address_type(Net&, const Ipv4Address&, int) override { return RTN_UNICAST; }
  Ipv4Address select_source(Net&, NetDevice&, const Ipv4Address&, uint8_t) override { return {}; }
  bool has_address(const NetDevice&) override { return false; }
  int32_t devconf(const NetDevice&, int) override { return 0; }
};
class NoNeighbours final : public NeighOutput<V4> {
 public:
  void output(NetDevice&, const Ipv4Address&, Packet) override {}
  void confirm(NetDevice&, const Ipv4Address&) override {}
};
class FakeEndpoint final : public Endpoint<V4> {
 public:
  Binding<V4>& bound() { return binding_; }
  void deliver(Packet, const IpRx<V4>&) override {}
  void icmp_error(const IcmpErrorRx<V4>&) override {}
  bool wants_group(const Ipv4Address&, int) const override { return false; }
  uint32_t receive_memory() const override { return 0x680; }
  uint32_t receive_drops() const override { return 3; }
};

class ProcNetSocketsTest : public VfsTest {
 protected:
  ProcNetSocketsTest() {
    stack_ = *Ipv4Stack::create(registry_, *netdevs_, routes_, neighbours_, settings_);
    files_ = make_virtual_files({.netdevs = netdevs_.get(),
                                 .ipv4 = &control_,
                                 .ipv6 = nullptr,
                                 .ipv4_stack = stack_.get()});
  }
  ~ProcNetSocketsTest() override {
    net_ = NetRef();
    registry_.run_cleanup();
  }
  NoRoutes routes_;
  NoNeighbours neighbours_;
  FixedIpSettings settings_;
  std::unique_ptr<Ipv4Stack> stack_;
};

TEST_F(ProcNetSocketsTest, UdpHasALineOf127ColumnsForEachBoundSocket) {
  FakeEndpoint socket;
  socket.bound().local = Ipv4Address(0x7f000001);
  socket.bound().local_port = *stack_->udp().claim(*net_, socket, 5353);
  socket.bound().uid = 1000;
  const std::string text = read("/proc/net/udp");
  EXPECT_EQ(text.size(), 256u);
  EXPECT_THAT(text,
              HasSubstr("\n    0: 0100007F:14E9 00000000:0000 07 00000000:00000680 00:00000000 "
                        "00000000  1000        0 0 2 0000000000000000 3 "));
  stack_->udp().release(*net_, socket);
  EXPECT_EQ(read("/proc/net/udp").size(), 128u);
}

TEST_F(ProcNetSocketsTest, RawShowsTheProtocolAsPort) {
  FakeEndpoint socket;
  socket.bound().protocol = 1;
  stack_->raw().add(*net_, socket);
  EXPECT_THAT(
      read("/proc/net/raw"),
      HasSubstr("\n   0: 00000000:0001 00000000:0000 07 00000000:00000680 00:00000000 00000000"
                "     0        0 0 2 0000000000000000 3\n"));
  stack_->raw().remove(*net_, socket);
}

TEST_F(ProcNetSocketsTest, SnmpNamesEveryValue) {
  control_.sysctls["ip_forward"] = {1};
  control_.sysctls["ip_default_ttl"] = {64};
  stack_->icmp().count_out(*net_, 8);
  const std::string text = read("/proc/net/snmp");
  EXPECT_THAT(text, HasSubstr("\nIp: 1 64 0 "));
  EXPECT_THAT(text, HasSubstr("\nIcmpMsg: OutType8\nIcmpMsg: 1\n"));
  EXPECT_THAT(text, HasSubstr("\nUdp: 0 0 0 0 0 0 0 0\n"));
  EXPECT_THAT(text, Not(HasSubstr("Tcp")));
  EXPECT_THAT(read("/proc/net/netstat"), HasSubstr("\nIpExt: 0 0 "));
}

TEST_F(ProcNetSocketsTest, NoMessageTypeWasSeenNoLineOfThem) {
  EXPECT_THAT(read("/proc/net/snmp"), Not(HasSubstr("IcmpMsg")));
}

}  // namespace
}  // namespace unetns
