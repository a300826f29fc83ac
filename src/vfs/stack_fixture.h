// A whole IPv4 stack without routes below the files, for the tests of what /proc/net tells of it.
#ifndef UNETNS_VFS_STACK_FIXTURE_H_
#define UNETNS_VFS_STACK_FIXTURE_H_

#include "inet/ip/ip_settings.h"
#include "inet/ip/ipv4_stack.h"
#include "netlink/netlink_layer.h"
#include "vfs/vfs_fixture.h"

namespace unetns {

class NoRoutes final : public RouteLookup<V4> {
 public:
  Result<RouteResult<V4>> output(Net&, const FlowKey<V4>&) override { return fail(ENETUNREACH); }
  std::expected<RouteResult<V4>, DropReason> input(Net&, const FlowKey<V4>&) override {
    return std::unexpected(DropReason::kIpNoRoute);
  }
  uint8_t address_type(Net&, const Ipv4Address&, int) override { return RTN_UNICAST; }
  Ipv4Address select_source(Net&, NetDevice&, const Ipv4Address&, uint8_t) override { return {}; }
  bool has_address(const NetDevice&) override { return false; }
  bool on_link(const NetDevice&, const Ipv4Address&, const Ipv4Address*) override { return true; }
  bool takes_redirect(NetDevice&, const Ipv4Address&, const Ipv4Address&) override { return false; }
  int32_t devconf(const NetDevice&, int) override { return 0; }
};
class NoNeighbours final : public NeighOutput<V4> {
 public:
  void output(NetDevice&, const Ipv4Address&, Packet) override {}
  void confirm(NetDevice&, const Ipv4Address&) override {}
  bool known_or_ask(NetDevice&, const Ipv4Address&) override { return true; }
};
class FakeEndpoint final : public Endpoint<V4> {
 public:
  Binding<V4>& bound() { return binding_; }
  void deliver(Packet, const IpRx<V4>&) override {}
  void icmp_error(const IcmpErrorRx<V4>&) override {}
  bool wants_group(const Ipv4Address&, const Ipv4Address&, int) const override { return false; }
  uint32_t receive_memory() const override { return 0x680; }
  uint32_t receive_drops() const override { return 3; }
  uint64_t inode() const override { return 4711; }
};

class ProcNetSocketsTest : public VfsTest {
 protected:
  ProcNetSocketsTest() {
    stack_ = *Ipv4Stack::create(registry_, *netdevs_, routes_, neighbours_, settings_);
    netlink_ = *NetlinkLayer::create(registry_, *nsids_);
    files_ = make_virtual_files({.netdevs = netdevs_.get(),
                                 .ipv4 = &control_,
                                 .ipv6 = nullptr,
                                 .ipv4_stack = stack_.get(),
                                 .netlink = netlink_.get()});
  }
  ~ProcNetSocketsTest() override {
    net_ = NetRef();
    registry_.run_cleanup();
  }
  NoRoutes routes_;
  NoNeighbours neighbours_;
  FixedIpSettings settings_;
  std::unique_ptr<Ipv4Stack> stack_;
  std::unique_ptr<NetlinkLayer> netlink_;
};

}  // namespace unetns

#endif  // UNETNS_VFS_STACK_FIXTURE_H_
