#include "vfs/sys_class_net.h"

#include <fmt/format.h>
#include <linux/capability.h>

#include "netdev/netdev_layer.h"
#include "vfs/link_attribute.h"

namespace unetns {
namespace {

// What a path names; at most one of attribute and counter is set, none for directories.
struct Target {
  NetDevice* dev = nullptr;
  const LinkAttribute* attribute = nullptr;
  const LinkCounter* counter = nullptr;
  bool statistics = false;
  bool is_file() const { return attribute || counter; }
};

template <class T>
const T* find_named(std::span<const T> all, std::string_view name) {
  for (const T& one : all)
    if (one.name == name) return &one;
  return nullptr;
}

bool has(const NetDevice& dev, const LinkAttribute& attribute) {
  return !attribute.there || attribute.there(dev);
}

class SysClassNet final : public FileTree {
 public:
  explicit SysClassNet(NetdevLayer& netdevs) : netdevs_(netdevs) {}

  Result<VirtualNode> stat(Net& net, std::string_view path) const override {
    if (path.empty()) return directory(0755);
    UNETNS_ASSIGN(const Target target, find(net, path));
    if (!target.is_file()) return directory(0755);
    return regular_file(target.attribute && target.attribute->store ? 0644 : 0444);
  }

  Result<std::string> read(Net& net, std::string_view path) const override {
    UNETNS_ASSIGN(const Target target, find(net, path));
    if (target.attribute) return target.attribute->show(*target.dev);
    if (!target.counter) return fail(EISDIR);
    const auto field = target.counter->field;
    return fmt::format("{}\n", field ? target.dev->stats.*field : 0);
  }

  Result<void> write(Net& net, const Caller& caller, std::string_view path,
                     std::string_view text) override {
    UNETNS_ASSIGN(const Target target, find(net, path));
    if (!target.attribute || !target.attribute->store) return fail(EACCES);
    if (caller.uid() != 0 && !caller.capable(CAP_DAC_OVERRIDE)) return fail(EACCES);
    if (!caller.capable(CAP_NET_ADMIN)) return fail(EPERM);
    return target.attribute->store(*target.dev, text);
  }

  Result<std::vector<VirtualEntry>> list(Net& net, std::string_view path) const override {
    std::vector<VirtualEntry> out;
    if (path.empty()) {
      netdevs_.for_each(net, [&](NetDevice& dev) {
        out.push_back({std::string(dev.name()), NodeType::kDirectory});
      });
      return out;
    }
    UNETNS_ASSIGN(const Target target, find(net, path));
    if (target.is_file()) return fail(ENOTDIR);
    if (target.statistics) {
      for (const LinkCounter& counter : link_counters())
        out.push_back({std::string(counter.name), NodeType::kFile});
      return out;
    }
    for (const LinkAttribute& attribute : link_attributes())
      if (has(*target.dev, attribute))
        out.push_back({std::string(attribute.name), NodeType::kFile});
    out.push_back({"statistics", NodeType::kDirectory});
    return out;
  }

 private:
  Result<Target> find(Net& net, std::string_view path) const {
    const auto [device, rest] = split_first(path);
    Target target;
    target.dev = netdevs_.by_name(net, device);
    if (!target.dev || target.dev->name() != device)
      return fail(ENOENT);  // altnames have no directory
    if (rest.empty()) return target;
    const auto [first, counter] = split_first(rest);
    if (first == "statistics") {
      target.statistics = true;
      if (counter.empty()) return target;
      target.counter = find_named(link_counters(), counter);
    } else {
      target.attribute = find_named(link_attributes(), rest);
      if (target.attribute && !has(*target.dev, *target.attribute)) return fail(ENOENT);
    }
    if (!target.is_file()) return fail(ENOENT);
    return target;
  }

  NetdevLayer& netdevs_;
};

}  // namespace

std::unique_ptr<FileTree> make_sys_class_net(const VirtualFilesParts& parts) {
  return std::make_unique<SysClassNet>(*parts.netdevs);
}

}  // namespace unetns
