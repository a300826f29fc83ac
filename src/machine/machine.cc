#include "machine/machine.h"

#include "inet/inet_layer.h"
#include "inet/ip/ipv4_stack.h"
#include "link/dummy.h"
#include "link/loopback.h"
#include "link/tun.h"
#include "link/veth.h"
#include "netlink/netlink_layer.h"
#include "netlink/rtnetlink/rtnetlink.h"
#include "socket/inet/inet_family.h"
#include "socket/ioctl/device_ioctls.h"
#include "socket/packet/packet_family.h"
#include "vfs/virtual_files.h"

namespace unetns {
namespace {

// The members stand in the order of their making; they go in reverse.
class BootedKernel final : public Kernel {
 public:
  explicit BootedKernel(const Env& env) : env_(env) {}
  ~BootedKernel() override {
    if (ipv4_) ipv4_->tcp().drop_orphans();  // they hold their namespaces
    init_ = NetRef();
    env_.tasks.run_pending();
    registry_.run_cleanup();
  }
  Result<void> boot();

  const Env& env() const override { return env_; }
  PacketPool& packets() override { return packets_; }
  NetRegistry& nets() override { return registry_; }
  NsidLayer& nsids() override { return *nsids_; }
  NetdevLayer& netdevs() override { return *netdevs_; }
  InetControl* inet(int family) override { return family == AF_INET ? inet_.get() : nullptr; }
  Ipv4Stack& ipv4() override { return *ipv4_; }
  TunKind& tun() override { return *tun_; }
  PacketFamily& packet_sockets() override { return *packet_sockets_; }
  NetlinkLayer& netlink() override { return *netlink_; }
  VirtualFiles& files() override { return *files_; }
  Net& init_net() override { return *init_; }
  Result<std::unique_ptr<Socket>> socket(Net& net, const Caller& caller, int domain, int type,
                                         int protocol) override;

 private:
  Env env_;
  PacketPool packets_;
  NetRegistry registry_{env_, packets_};
  DummyKind dummy_;
  VethKind veth_;
  std::unique_ptr<NsidLayer> nsids_;
  std::unique_ptr<NetdevLayer> netdevs_;
  std::unique_ptr<LoopbackModule> loopback_;
  std::unique_ptr<TunKind> tun_;
  std::unique_ptr<InetLayer> inet_;
  std::unique_ptr<Ipv4Stack> ipv4_;
  std::unique_ptr<DeviceIoctls> ioctls_;
  std::unique_ptr<InetFamily> inet_sockets_, inet6_sockets_;
  std::unique_ptr<PacketFamily> packet_sockets_;
  std::unique_ptr<NetlinkLayer> netlink_;
  std::unique_ptr<Rtnetlink> rtnetlink_;
  std::unique_ptr<VirtualFiles> files_;
  std::vector<SocketFamily*> families_;
  NetRef init_;
};

Result<void> BootedKernel::boot() {
  UNETNS_ASSIGN(nsids_, NsidLayer::create(registry_));
  UNETNS_ASSIGN(netdevs_, NetdevLayer::create(registry_, *nsids_));
  UNETNS_TRY(registry_.register_device(*netdevs_));  // the first of the device modules
  loopback_ = std::make_unique<LoopbackModule>(*netdevs_);
  UNETNS_TRY(registry_.register_device(*loopback_));
  tun_ = std::make_unique<TunKind>(*netdevs_);
  for (LinkKind* kind : std::initializer_list<LinkKind*>{&dummy_, &veth_, tun_.get()})
    UNETNS_TRY(netdevs_->register_kind(*kind));
  UNETNS_ASSIGN(inet_, InetLayer::create(registry_, *netdevs_));
  UNETNS_ASSIGN(
      ipv4_, Ipv4Stack::create(registry_, *netdevs_, inet_->routes(), inet_->neighbours(), *inet_));
  inet_->set_neigh_failure(&ipv4_->ip());
  inet_->set_path_facts(&ipv4_->ip());
  inet_->set_group_facts(&ipv4_->igmp());
  ipv4_->igmp().set_group_events(inet_.get());
  ioctls_ = std::make_unique<DeviceIoctls>(*netdevs_, inet_.get());
  inet_sockets_ = std::make_unique<InetFamily>(AF_INET, *ipv4_, *netdevs_, *ioctls_);
  inet6_sockets_ = std::make_unique<InetFamily>(AF_INET6, *ipv4_, *netdevs_, *ioctls_);
  UNETNS_ASSIGN(packet_sockets_, PacketFamily::create(*netdevs_, *ioctls_));
  UNETNS_ASSIGN(netlink_, NetlinkLayer::create(registry_, *nsids_));
  rtnetlink_ = std::make_unique<Rtnetlink>(*netlink_, registry_, *nsids_, *netdevs_,
                                           std::vector<InetControl*>{inet_.get()});
  UNETNS_TRY(rtnetlink_->attach());
  files_ = make_virtual_files({.netdevs = netdevs_.get(),
                               .ipv4 = inet_.get(),
                               .ipv6 = nullptr,
                               .ipv4_stack = ipv4_.get(),
                               .netlink = netlink_.get(),
                               .packet_sockets = packet_sockets_.get()});
  families_ = {inet_sockets_.get(), inet6_sockets_.get(), packet_sockets_.get(), netlink_.get()};
  UNETNS_ASSIGN(init_, registry_.create());
  return {};
}

Result<std::unique_ptr<Socket>> BootedKernel::socket(Net& net, const Caller& caller, int domain,
                                                     int type, int protocol) {
  for (SocketFamily* family : families_)
    if (family->domain() == domain) return family->create(net, caller, type, protocol);
  return fail(EAFNOSUPPORT);
}

}  // namespace

Result<std::unique_ptr<Kernel>> Kernel::boot(const Env& env) {
  auto machine = std::make_unique<BootedKernel>(env);
  UNETNS_TRY(machine->boot());
  return machine;
}

}  // namespace unetns
