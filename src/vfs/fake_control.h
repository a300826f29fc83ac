// FakeControl: an InetControl of fixed tables, for the tests of this folder.
#ifndef UNETNS_VFS_FAKE_CONTROL_H_
#define UNETNS_VFS_FAKE_CONTROL_H_

#include <map>
#include <string>
#include <vector>

#include "inet/control.h"

namespace unetns {

class FakeControl final : public InetControl {
 public:
  std::vector<RouteConfig> routes;
  std::vector<NeighInfo> neighs, proxies;
  std::map<std::string, std::map<std::string, int32_t, std::less<>>, std::less<>>
      conf;  // by device, by name
  std::map<std::string, std::vector<int64_t>, std::less<>> sysctls;

  int family() const override { return AF_INET; }
  Result<void> addr_add(Net&, const AddrConfig&, uint16_t) override { return fail(EOPNOTSUPP); }
  Result<void> addr_del(Net&, const AddrConfig&) override { return fail(EOPNOTSUPP); }
  void addr_for_each(Net&, const std::function<void(const AddrInfo&)>&) const override {}
  Result<void> route_add(Net&, const RouteConfig&, uint16_t) override { return fail(EOPNOTSUPP); }
  Result<void> route_del(Net&, const RouteConfig&) override { return fail(EOPNOTSUPP); }
  void route_for_each(Net&, uint32_t table,
                      const std::function<void(const RouteConfig&)>& fn) const override {
    for (const auto& route : routes)
      if (!table || route.table == table) fn(route);
  }
  Result<RouteAnswer> route_get(Net&, const RouteQuery&) override { return fail(EOPNOTSUPP); }
  Result<void> neigh_add(Net&, const NeighConfig&, uint16_t) override { return fail(EOPNOTSUPP); }
  Result<void> neigh_del(Net&, const NeighConfig&) override { return fail(EOPNOTSUPP); }
  Result<NeighInfo> neigh_get(Net&, const NeighConfig&) override { return fail(ENOENT); }
  void neigh_for_each(Net&, bool want_proxies,
                      const std::function<void(const NeighInfo&)>& fn) const override {
    for (const auto& neigh : want_proxies ? proxies : neighs) fn(neigh);
  }
  Result<NetconfInfo> netconf_get(Net&, int) const override { return fail(ENOENT); }
  std::vector<int32_t> devconf(const NetDevice&) const override { return {}; }

  std::vector<std::string> conf_names() const override {
    return {"forwarding", "mc_forwarding", "tag"};
  }
  Result<int32_t> conf_get(Net&, std::string_view dev, std::string_view name) const override {
    const auto it = conf.find(dev);
    if (it == conf.end()) return fail(ENOENT);
    const auto value = it->second.find(name);
    return value == it->second.end() ? 0 : value->second;
  }
  Result<void> conf_set(Net&, std::string_view dev, std::string_view name, int32_t value) override {
    conf[std::string(dev)][std::string(name)] = value;
    return {};
  }
  std::vector<std::string> sysctl_names() const override {
    std::vector<std::string> out;
    for (const auto& [name, values] : sysctls) out.push_back(name);
    return out;
  }
  Result<std::vector<int64_t>> sysctl_get(Net&, std::string_view name) const override {
    const auto it = sysctls.find(name);
    if (it == sysctls.end()) return fail(ENOENT);
    return it->second;
  }
  Result<void> sysctl_set(Net&, std::string_view name,
                          const std::vector<int64_t>& values) override {
    sysctls[std::string(name)] = values;
    return {};
  }
  void set_messages(InetMessages*) override {}
};

}  // namespace unetns

#endif  // UNETNS_VFS_FAKE_CONTROL_H_
