#include "vfs/sysctl_tree.h"

#include <linux/capability.h>

#include "inet/control.h"
#include "inet/ip/ipv4_stack.h"
#include "netdev/netdev_layer.h"
#include "vfs/sysctl_family.h"

namespace unetns {
namespace {

class SysctlTree final : public FileTree {
 public:
  explicit SysctlTree(const VirtualFilesParts& parts) {
    if (parts.ipv4) {
      std::vector<SysctlAction> actions;
      if (Ipv4Stack* stack = parts.ipv4_stack)
        actions.push_back(
            {"route/flush", [stack](Net& net) { stack->ip().forget_path_mtus(net); }});
      families_.emplace_back("ipv4", SysctlFamily(*parts.netdevs, *parts.ipv4, std::move(actions)));
    }
    if (parts.ipv6) families_.emplace_back("ipv6", SysctlFamily(*parts.netdevs, *parts.ipv6));
  }

  Result<VirtualNode> stat(Net& net, std::string_view path) const override {
    if (path.empty()) return directory(0555);
    UNETNS_ASSIGN(const auto at, find(path));
    return at.first->stat(net, at.second);
  }
  Result<std::string> read(Net& net, std::string_view path) const override {
    UNETNS_ASSIGN(const auto at, find(path));
    return at.first->read(net, at.second);
  }
  Result<void> write(Net& net, const Caller& caller, std::string_view path,
                     std::string_view text) override {
    // The network administrator of a namespace has root's access to its settings.
    if (caller.uid() != 0 && !caller.capable(CAP_NET_ADMIN)) return fail(EACCES);
    UNETNS_ASSIGN(const auto at, find(path));
    return at.first->write(net, at.second, text);
  }
  Result<std::vector<VirtualEntry>> list(Net& net, std::string_view path) const override {
    if (!path.empty()) {
      UNETNS_ASSIGN(const auto at, find(path));
      return at.first->list(net, at.second);
    }
    std::vector<VirtualEntry> out;
    for (const auto& [name, family] : families_)
      out.push_back({std::string(name), NodeType::kDirectory});
    return out;
  }

 private:
  Result<std::pair<const SysctlFamily*, std::string_view>> find(std::string_view path) const {
    const auto [first, rest] = split_first(path);
    for (const auto& [name, family] : families_)
      if (name == first) return std::pair(&family, rest);
    return fail(ENOENT);
  }
  std::vector<std::pair<std::string_view, SysctlFamily>> families_;
};

}  // namespace

std::unique_ptr<FileTree> make_sysctl_tree(const VirtualFilesParts& parts) {
  return std::make_unique<SysctlTree>(parts);
}

}  // namespace unetns
