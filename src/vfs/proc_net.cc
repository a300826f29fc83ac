#include "vfs/proc_net.h"

namespace unetns {
namespace {

enum class Needs : uint8_t { kDevices, kIpv4, kIpv4Stack, kNetlink };

struct View {
  std::string_view name;
  std::string (*render)(const VirtualFilesParts&, Net&);
  Needs needs;
};

// The addresses of IPv6: no device has any.
std::string proc_net_if_inet6(const VirtualFilesParts&, Net&) { return {}; }

constexpr View kViews[] = {
    {"arp", proc_net_arp, Needs::kIpv4},
    {"dev", proc_net_dev, Needs::kDevices},
    {"dev_mcast", proc_net_dev_mcast, Needs::kIpv4Stack},
    {"fib_trie", proc_net_fib_trie, Needs::kIpv4},
    {"fib_triestat", proc_net_fib_triestat, Needs::kIpv4},
    {"icmp", proc_net_icmp, Needs::kIpv4Stack},
    {"if_inet6", proc_net_if_inet6, Needs::kIpv4Stack},
    {"igmp", proc_net_igmp, Needs::kIpv4Stack},
    {"mcfilter", proc_net_mcfilter, Needs::kIpv4Stack},
    {"netlink", proc_net_netlink, Needs::kNetlink},
    {"netstat", proc_net_netstat, Needs::kIpv4Stack},
    {"packet", proc_net_packet, Needs::kDevices},
    {"protocols", proc_net_protocols, Needs::kIpv4Stack},
    {"ptype", proc_net_ptype, Needs::kDevices},
    {"raw", proc_net_raw, Needs::kIpv4Stack},
    {"route", proc_net_route, Needs::kIpv4},
    {"rt_cache", proc_net_rt_cache, Needs::kIpv4},
    {"snmp", proc_net_snmp, Needs::kIpv4Stack},
    {"sockstat", proc_net_sockstat, Needs::kIpv4Stack},
    {"tcp", proc_net_tcp, Needs::kIpv4Stack},
    {"tcp6", proc_net_tcp6, Needs::kIpv4Stack},
    {"udp", proc_net_udp, Needs::kIpv4Stack},
    {"udp6", proc_net_udp6, Needs::kIpv4Stack},
    {"unix", proc_net_unix, Needs::kDevices},
};

class ProcNet final : public FileTree {
 public:
  explicit ProcNet(const VirtualFilesParts& parts) : parts_(parts) {}

  Result<VirtualNode> stat(Net&, std::string_view path) const override {
    if (path.empty()) return directory(0555);
    if (!find(path)) return fail(ENOENT);
    return regular_file(0444);
  }
  Result<std::string> read(Net& net, std::string_view path) const override {
    const View* view = find(path);
    if (!view) return fail(ENOENT);
    return view->render(parts_, net);
  }
  Result<std::vector<VirtualEntry>> list(Net&, std::string_view) const override {
    std::vector<VirtualEntry> out;
    for (const View& view : kViews)
      if (there(view)) out.push_back({std::string(view.name), NodeType::kFile});
    return out;
  }

 private:
  bool there(const View& view) const {
    if (view.needs == Needs::kDevices) return true;
    if (view.needs == Needs::kNetlink) return parts_.netlink;
    return parts_.ipv4 && (view.needs == Needs::kIpv4 || parts_.ipv4_stack);
  }
  const View* find(std::string_view name) const {
    for (const View& view : kViews)
      if (view.name == name && there(view)) return &view;
    return nullptr;
  }
  VirtualFilesParts parts_;
};

}  // namespace

std::unique_ptr<FileTree> make_proc_net(const VirtualFilesParts& parts) {
  return std::make_unique<ProcNet>(parts);
}

}  // namespace unetns
