#include "inet/conf/conf_control.h"

#include <linux/netconf.h>

namespace unetns {
namespace {

bool disabled(const NetDevice& dev) {
  const InDevice* in = InetContext::find(dev);
  return in && in->disabled;
}

}  // namespace

std::vector<std::string> ConfControl::names() const {
  std::vector<std::string> out;
  for (const DevConfSpec& s : dev_conf_specs()) out.emplace_back(s.name);
  return out;
}

NetDevice* ConfControl::device(Net& net, std::string_view name) const {
  NetDevice* dev = context_.netdevs.by_name(net, name);
  const bool there = dev && dev->name() == name && !disabled(*dev);
  return there ? dev : nullptr;  // no altnames below conf/
}

Result<int32_t> ConfControl::get(Net& net, std::string_view dev, std::string_view name) const {
  const DevConfSpec* spec = find_dev_conf(name);
  if (!spec) return fail(ENOENT);
  if (dev == "all") return context_.state(net).all.get(spec->id);
  if (dev == "default") return context_.state(net).dflt.get(spec->id);
  const NetDevice* d = device(net, dev);
  if (!d) return fail(ENOENT);
  return context_.own_conf(*d, spec->id);
}

// "default" is about to change: devices that have no such setting of their own change with it.
void ConfControl::follow_default(Net& net, int id, int32_t value) {
  context_.netdevs.for_each(net, [&](NetDevice& d) {
    // Forwarding stays what it was when the device came.
    if (id == IPV4_DEVCONF_FORWARDING) {
      context_.make(d);
      return;
    }
    InDevice* in = InetContext::find(d);
    if (in && !(in->own_settings >> id & 1)) in->conf.set(id, value);
  });
}

Result<void> ConfControl::set(Net& net, std::string_view dev, std::string_view name,
                              int32_t value) {
  const DevConfSpec* spec = find_dev_conf(name);
  if (!spec) return fail(ENOENT);
  if (spec->read_only) return fail(EACCES);
  InetNet& state = context_.state(net);
  if (dev == "all" && spec->id == IPV4_DEVCONF_FORWARDING) {
    set_forwarding(net, value);
    return {};
  }
  DevConf* conf = nullptr;
  int ifindex = 0;
  if (dev == "all") {
    conf = &state.all;
    ifindex = NETCONFA_IFINDEX_ALL;
  } else if (dev == "default") {
    follow_default(net, spec->id, value);
    conf = &state.dflt;
    ifindex = NETCONFA_IFINDEX_DEFAULT;
  } else {
    NetDevice* d = device(net, dev);
    if (!d) return fail(ENOENT);
    InDevice& in = context_.make(*d);
    in.own_settings |= uint64_t{1} << spec->id;
    conf = &in.conf;
    ifindex = d->ifindex();
  }
  if (conf->get(spec->id) == value) return {};
  conf->set(spec->id, value);
  if (spec->netconf) announce(net, ifindex, *conf, spec->netconf);
  return {};
}

void ConfControl::put(NetDevice& dev, int id, int32_t value) {
  InDevice& in = context_.make(dev);
  in.own_settings |= uint64_t{1} << id;
  in.conf.set(id, value);
}

void ConfControl::set_forwarding(Net& net, int32_t value) {
  InetNet& state = context_.state(net);
  if (state.all.get(IPV4_DEVCONF_FORWARDING) == value) return;
  auto change = [&](int ifindex, DevConf& conf) {
    conf.set(IPV4_DEVCONF_FORWARDING, value);
    announce(net, ifindex, conf, NETCONFA_FORWARDING);  // of those too that had it already
  };
  context_.netdevs.for_each(net, [this](NetDevice& d) { context_.make(d); });
  change(NETCONFA_IFINDEX_ALL, state.all);
  change(NETCONFA_IFINDEX_DEFAULT, state.dflt);
  context_.netdevs.for_each(net, [&](NetDevice& d) { change(d.ifindex(), context_.make(d).conf); });
}

NetconfInfo ConfControl::describe(int ifindex, const DevConf& conf) const {
  NetconfInfo info;
  info.ifindex = ifindex;
  info.forwarding = conf.get(IPV4_DEVCONF_FORWARDING);
  info.rp_filter = conf.get(IPV4_DEVCONF_RP_FILTER);
  info.mc_forwarding = conf.get(IPV4_DEVCONF_MC_FORWARDING);
  info.bc_forwarding = conf.get(IPV4_DEVCONF_BC_FORWARDING);
  info.proxy_neigh = conf.get(IPV4_DEVCONF_PROXY_ARP);
  info.ignore_routes_with_linkdown = conf.get(IPV4_DEVCONF_IGNORE_ROUTES_WITH_LINKDOWN);
  return info;
}

void ConfControl::announce(Net& net, int ifindex, const DevConf& conf, int attribute) {
  if (!context_.messages) return;
  NetconfInfo info = describe(ifindex, conf);
  info.attribute = attribute;
  context_.messages->netconf_changed(net, AF_INET, info, false);
}

void ConfControl::announce_device(NetDevice& dev, bool deleted) {
  if (!context_.messages) return;
  const InDevice* in = InetContext::find(dev);
  context_.messages->netconf_changed(
      dev.net(), AF_INET, describe(dev.ifindex(), in ? in->conf : context_.state(dev.net()).dflt),
      deleted);
}

Result<NetconfInfo> ConfControl::info(Net& net, int ifindex) const {
  const InetNet& state = context_.state(net);
  if (ifindex == NETCONFA_IFINDEX_ALL) return describe(ifindex, state.all);
  if (ifindex == NETCONFA_IFINDEX_DEFAULT) return describe(ifindex, state.dflt);
  const NetDevice* dev = context_.netdevs.by_index(net, ifindex);
  if (!dev || disabled(*dev)) return fail(ENODEV);
  const InDevice* in = InetContext::find(*dev);
  return describe(ifindex, in ? in->conf : state.dflt);
}

std::vector<int32_t> ConfControl::values(const NetDevice& dev) const {
  if (disabled(dev)) return {};
  const InDevice* in = InetContext::find(dev);
  const DevConfValues& v = (in ? in->conf : context_.state(dev.net()).dflt).values();
  std::vector<int32_t> out(v.begin(), v.end());
  if (!in)
    for (size_t i = 0; i < out.size(); i++)
      out[i] = InetContext::born_with(dev, static_cast<int>(i) + 1, out[i]);
  return out;
}

}  // namespace unetns
