#include "vfs/sysctl_tree.h"

#include <linux/capability.h>

#include <algorithm>

#include "inet/control.h"
#include "inet/ip/ipv4_stack.h"
#include "netdev/netdev_layer.h"
#include "socket/sol_socket.h"
#include "vfs/sysctl_family.h"
#include "vfs/sysctl_value.h"

namespace unetns {
namespace {

// The algorithms that decide how much TCP sends.
std::string congestion_controls() {
  std::string out;
  for (const std::string_view name : congestion_control_names()) {
    if (!out.empty()) out += ' ';
    out += name;
  }
  return out;
}

std::vector<SysctlText> tcp_texts(Ipv4Stack& stack) {
  TcpLayer<V4>* tcp = &stack.tcp();
  auto all = [](Net&) { return congestion_controls(); };
  return {{"tcp_congestion_control", [tcp](Net& net) { return std::string(tcp->congestion(net)); },
           [tcp](Net& net, const Caller&, std::string_view name) {
             return tcp->set_congestion(net, name);
           }},
          {"ip_local_reserved_ports",
           [stack = &stack](Net& net) { return stack->ip().reserved_ports(net).text(); },
           [stack = &stack](Net& net, const Caller&, std::string_view text) -> Result<void> {
             UNETNS_ASSIGN(stack->ip().reserved_ports(net), PortRanges::parse(text));
             return {};
           }},
          {"tcp_fastopen_key", [tcp](Net& net) { return tcp->fastopen_keys(net).text(); },
           [tcp](Net& net, const Caller&, std::string_view text) -> Result<void> {
             UNETNS_ASSIGN(tcp->fastopen_keys(net), FastOpenKeys::parse(text));
             return {};
           },
           0600},
          {"tcp_available_congestion_control", all, nullptr},
          {"tcp_allowed_congestion_control", all, nullptr}};
}

// /proc/sys/net/core, as far as it belongs to a namespace.
constexpr std::string_view kCore = "core", kSomaxconn = "somaxconn",
                           kSomaxconnKey = "/core/somaxconn";

// What socket(7) names there: the same for all namespaces, and not to be changed.
constexpr std::string_view kBuffers[] = {"rmem_default", "rmem_max", "wmem_default", "wmem_max"};
bool is_buffer(std::string_view name) {
  return std::find(std::begin(kBuffers), std::end(kBuffers), name) != std::end(kBuffers);
}

class SysctlTree final : public FileTree {
 public:
  explicit SysctlTree(const VirtualFilesParts& parts) {
    if (parts.ipv4) {
      std::vector<SysctlAction> actions;
      if (Ipv4Stack* stack = parts.ipv4_stack)
        actions.push_back({"route/flush", [stack](Net& net) { stack->ip().forget_paths(net); }});
      std::vector<SysctlText> texts;
      if (parts.ipv4_stack) {
        texts = tcp_texts(*parts.ipv4_stack);
        core_ = parts.ipv4;
      }
      families_.emplace_back(
          "ipv4", SysctlFamily(*parts.netdevs, *parts.ipv4, std::move(actions), std::move(texts)));
    }
    if (parts.ipv6) families_.emplace_back("ipv6", SysctlFamily(*parts.netdevs, *parts.ipv6));
  }

  Result<VirtualNode> stat(Net& net, std::string_view path) const override {
    if (path.empty()) return directory(0555);
    if (const auto [first, rest] = split_first(path); in_core(first)) {
      if (rest.empty()) return directory(0555);
      if (rest == kSomaxconn) return regular_file(0644);
      if (is_buffer(rest)) return regular_file(0444);
      return fail(ENOENT);
    }
    UNETNS_ASSIGN(const auto at, find(path));
    return at.first->stat(net, at.second);
  }
  Result<std::string> read(Net& net, std::string_view path) const override {
    if (const auto [first, rest] = split_first(path); in_core(first)) {
      if (is_buffer(rest)) return std::to_string(kBufferMax) + "\n";
      if (rest != kSomaxconn) return fail(rest.empty() ? EISDIR : ENOENT);
      UNETNS_ASSIGN(const auto values, core_->sysctl_get(net, kSomaxconnKey));
      return format_sysctl(values);
    }
    UNETNS_ASSIGN(const auto at, find(path));
    return at.first->read(net, at.second);
  }
  Result<void> write(Net& net, const Caller& caller, std::string_view path,
                     std::string_view text) override {
    // The network administrator of a namespace has root's access to its settings.
    if (caller.uid() != 0 && !caller.capable(CAP_NET_ADMIN)) return fail(EACCES);
    if (const auto [first, rest] = split_first(path); in_core(first)) {
      if (is_buffer(rest)) return fail(EACCES);
      if (rest != kSomaxconn) return fail(rest.empty() ? EISDIR : ENOENT);
      UNETNS_ASSIGN(const auto values, parse_sysctl(text, 1));
      return core_->sysctl_set(net, kSomaxconnKey, values);
    }
    UNETNS_ASSIGN(const auto at, find(path));
    return at.first->write(net, caller, at.second, text);
  }
  Result<std::vector<VirtualEntry>> list(Net& net, std::string_view path) const override {
    if (path == kCore && core_) {
      std::vector<VirtualEntry> out{{std::string(kSomaxconn), NodeType::kFile}};
      for (const std::string_view name : kBuffers)
        out.push_back({std::string(name), NodeType::kFile});
      return out;
    }
    if (!path.empty()) {
      UNETNS_ASSIGN(const auto at, find(path));
      return at.first->list(net, at.second);
    }
    std::vector<VirtualEntry> out;
    for (const auto& [name, family] : families_)
      out.push_back({std::string(name), NodeType::kDirectory});
    if (core_) out.push_back({std::string(kCore), NodeType::kDirectory});
    return out;
  }

 private:
  bool in_core(std::string_view first) const { return core_ && first == kCore; }
  Result<std::pair<const SysctlFamily*, std::string_view>> find(std::string_view path) const {
    const auto [first, rest] = split_first(path);
    for (const auto& [name, family] : families_)
      if (name == first) return std::pair(&family, rest);
    return fail(ENOENT);
  }
  InetControl* core_ = nullptr;
  std::vector<std::pair<std::string_view, SysctlFamily>> families_;
};

}  // namespace

std::unique_ptr<FileTree> make_sysctl_tree(const VirtualFilesParts& parts) {
  return std::make_unique<SysctlTree>(parts);
}

}  // namespace unetns
