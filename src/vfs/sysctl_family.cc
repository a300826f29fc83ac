#include "vfs/sysctl_family.h"

#include <algorithm>
#include <limits>

#include "inet/control.h"
#include "inet/neigh/neigh_sysctl.h"
#include "netdev/netdev_layer.h"
#include "vfs/sysctl_value.h"

namespace unetns {
namespace {

// Reported by the stack, not set by hand.
uint32_t conf_mode(std::string_view name) { return name == "mc_forwarding" ? 0444 : 0644; }

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

const SysctlAction* SysctlFamily::action(std::string_view name) const {
  for (const SysctlAction& one : actions_)
    if (one.name == name) return &one;
  return nullptr;
}

const SysctlText* SysctlFamily::text(std::string_view name) const {
  for (const SysctlText& one : texts_)
    if (one.name == name) return &one;
  return nullptr;
}

uint32_t SysctlFamily::mode(std::string_view name) const {
  if (action(name)) return 0200;
  const SysctlText* t = text(name);
  if (!t) return 0644;
  return t->write ? t->mode : 0444;
}

std::vector<std::string> SysctlFamily::own_names() const {
  std::vector<std::string> names = control_.sysctl_names();
  for (const SysctlAction& one : actions_) names.emplace_back(one.name);
  for (const SysctlText& one : texts_) names.emplace_back(one.name);
  return names;
}

SysctlFamily::ConfPath SysctlFamily::parse(std::string_view path) {
  const auto [first, rest] = split_first(path);
  if (first != "conf" && first != "neigh") return {};
  const auto [device, name] = split_first(rest);
  return {first == "conf", first == "neigh", device, name};
}

Result<NetDevice*> SysctlFamily::neigh_device(Net& net, std::string_view name) const {
  if (name == "default") {
    if (!control_.neigh_defaults_visible(net)) return fail(ENOENT);
    return nullptr;
  }
  NetDevice* dev = netdevs_.by_name(net, name);
  if (!dev || dev->name() != name) return fail(ENOENT);  // no altnames here
  return dev;
}

Result<int64_t> SysctlFamily::read_neigh(Net& net, const ConfPath& path) const {
  UNETNS_ASSIGN(NetDevice * dev, neigh_device(net, path.device));
  if (const NeighSysctl* spec = find_neigh_sysctl(path.name))
    return control_.neigh_params(dev).get(spec->var) / spec->unit;
  if (dev) return fail(ENOENT);
  return get_neigh_limit(control_.neigh_table(net).limits, path.name);
}

Result<void> SysctlFamily::write_neigh(Net& net, const ConfPath& path, int64_t value) const {
  UNETNS_ASSIGN(NetDevice * dev, neigh_device(net, path.device));
  if (const NeighSysctl* spec = find_neigh_sysctl(path.name)) {
    Result<void> done;
    UNETNS_TRY(control_.neigh_params_set(
        net, dev, [&](NeighParams& p) { done = set_neigh_sysctl(p, *spec, value); }));
    return done;
  }
  if (dev) return fail(ENOENT);
  NeighLimits limits = control_.neigh_table(net).limits;
  UNETNS_TRY(set_neigh_limit(limits, path.name, value));
  return control_.neigh_limits_set(net, limits);
}

bool SysctlFamily::has_conf(Net& net, std::string_view device) const {
  const auto names = control_.conf_names();
  return !names.empty() && control_.conf_get(net, device, names.front()).has_value();
}

Result<VirtualNode> SysctlFamily::stat(Net& net, std::string_view path) const {
  if (path.empty() || path == "conf" || path == "neigh") return directory(0555);
  if (const ConfPath conf = parse(path); conf.is_conf) {
    if (!has_conf(net, conf.device)) return fail(ENOENT);
    if (conf.name.empty()) return directory(0555);
    if (!contains(control_.conf_names(), conf.name)) return fail(ENOENT);
    return regular_file(conf_mode(conf.name));
  }
  if (const ConfPath neigh = parse(path); neigh.is_neigh) {
    UNETNS_TRY(neigh_device(net, neigh.device));
    if (neigh.name.empty()) return directory(0555);
    UNETNS_TRY(read_neigh(net, neigh));
    return regular_file(0644);
  }
  for (const std::string& name : own_names()) {
    if (name == path) return regular_file(mode(name));
    if (name.size() > path.size() && name.starts_with(path) && name[path.size()] == '/')
      return directory(0555);
  }
  return fail(ENOENT);
}

Result<std::string> SysctlFamily::read(Net& net, std::string_view path) const {
  if (const ConfPath conf = parse(path); conf.is_conf) {
    UNETNS_ASSIGN(const int32_t value, control_.conf_get(net, conf.device, conf.name));
    return format_sysctl({value});
  }
  if (const ConfPath neigh = parse(path); neigh.is_neigh) {
    UNETNS_ASSIGN(const int64_t value, read_neigh(net, neigh));
    return format_sysctl({value});
  }
  if (action(path)) return fail(EACCES);
  if (const SysctlText* found = text(path)) return found->read(net) + "\n";
  UNETNS_ASSIGN(const auto values, control_.sysctl_get(net, path));
  return format_sysctl(values);
}

Result<void> SysctlFamily::write(Net& net, const Caller& caller, std::string_view path,
                                 std::string_view given_text) const {
  if (const ConfPath conf = parse(path); conf.is_conf) {
    UNETNS_ASSIGN(const auto values, parse_sysctl(given_text, 1));
    if (values[0] < std::numeric_limits<int32_t>::min() ||
        values[0] > std::numeric_limits<int32_t>::max())
      return fail(EINVAL);
    return control_.conf_set(net, conf.device, conf.name, static_cast<int32_t>(values[0]));
  }
  if (const ConfPath neigh = parse(path); neigh.is_neigh) {
    UNETNS_ASSIGN(const auto values, parse_sysctl(given_text, 1));
    return write_neigh(net, neigh, values[0]);
  }
  if (const SysctlAction* found = action(path)) {
    UNETNS_TRY(parse_sysctl(given_text, 1));
    found->run(net);
    return {};
  }
  if (const SysctlText* found = text(path)) {
    if (!found->write) return fail(EACCES);
    while (!given_text.empty() && (given_text.back() == '\n' || given_text.back() == ' '))
      given_text.remove_suffix(1);
    return found->write(net, caller, given_text);
  }
  UNETNS_ASSIGN(std::vector<int64_t> values, control_.sysctl_get(net, path));
  if (values.empty()) return fail(EACCES);
  UNETNS_ASSIGN(const auto given, parse_sysctl(given_text, values.size()));
  std::copy(given.begin(), given.end(), values.begin());  // those not given stay
  return control_.sysctl_set(net, path, values);
}

void SysctlFamily::add_own_names(std::string_view path, std::vector<VirtualEntry>& out) const {
  const std::string prefix = path.empty() ? "" : std::string(path) + "/";
  for (const std::string& name : own_names()) {
    if (!name.starts_with(prefix)) continue;
    const std::string_view rest = std::string_view(name).substr(prefix.size());
    const std::string_view entry = split_first(rest).first;
    const bool known =
        std::any_of(out.begin(), out.end(), [&](auto& e) { return e.name == entry; });
    if (!known)
      out.push_back({std::string(entry),
                     entry.size() == rest.size() ? NodeType::kFile : NodeType::kDirectory});
  }
}

Result<std::vector<VirtualEntry>> SysctlFamily::list(Net& net, std::string_view path) const {
  std::vector<VirtualEntry> out;
  if (path == "conf") {
    out = {{"all", NodeType::kDirectory}, {"default", NodeType::kDirectory}};
    netdevs_.for_each(net, [&](NetDevice& dev) {
      if (has_conf(net, dev.name())) out.push_back({std::string(dev.name()), NodeType::kDirectory});
    });
    return out;
  }
  if (parse(path).is_conf) {
    for (std::string& name : control_.conf_names())
      out.push_back({std::move(name), NodeType::kFile});
    return out;
  }
  if (path == "neigh") {
    if (control_.neigh_defaults_visible(net)) out.push_back({"default", NodeType::kDirectory});
    netdevs_.for_each(net, [&](NetDevice& dev) {
      out.push_back({std::string(dev.name()), NodeType::kDirectory});
    });
    return out;
  }
  if (const ConfPath neigh = parse(path); neigh.is_neigh) {
    UNETNS_ASSIGN(NetDevice * dev, neigh_device(net, neigh.device));
    for (const NeighSysctl& spec : neigh_sysctls())
      out.push_back({std::string(spec.name), NodeType::kFile});
    for (const std::string_view name : kNeighLimitNames)
      if (!dev) out.push_back({std::string(name), NodeType::kFile});
    return out;
  }
  if (path.empty()) {
    out.push_back({"conf", NodeType::kDirectory});
    out.push_back({"neigh", NodeType::kDirectory});
  }
  add_own_names(path, out);
  return out;
}

}  // namespace unetns
