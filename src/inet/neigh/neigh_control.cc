#include "inet/neigh/neigh_control.h"

#include <linux/netlink.h>

namespace unetns {
namespace {

constexpr uint32_t kExtValidated = 4;  // NTF_EXT_EXT_VALIDATED, newer than some uapi headers
// States in which the neighbour's address is known.
constexpr uint16_t kValid =
    NUD_PERMANENT | NUD_NOARP | NUD_REACHABLE | NUD_PROBE | NUD_STALE | NUD_DELAY;

}  // namespace

Result<NetDevice*> NeighControl::device(Net& net, int ifindex) const {
  if (!ifindex) return nullptr;
  NetDevice* dev = context_.netdevs.by_index(net, ifindex);
  if (!dev) return fail(ENODEV);
  return dev;
}

Result<void> NeighControl::add_proxy(Net& net, NetDevice* dev, const NeighConfig& config) {
  auto& proxies = arp_.table(net).proxies();
  const Ipv4Address a = config.dst.as<V4>();
  for (NeighProxy<V4>& p : proxies)
    if (p.dev == dev && p.address == a) {
      p.flags = config.flags;
      if (config.protocol) p.protocol = config.protocol;
      return {};
    }
  if (!context_.registry.may_allocate()) return fail(ENOBUFS);
  proxies.push_back({dev, a, config.flags, config.protocol});
  return {};
}

Result<void> NeighControl::add(Net& net, const NeighConfig& config, uint16_t nlm_flags) {
  if (!config.dst.has_value()) return fail(EINVAL, "Network address not specified");
  UNETNS_ASSIGN(NetDevice * dev, device(net, config.ifindex));
  if (dev && config.lladdr && config.lladdr->len < dev->address.len)
    return fail(EINVAL, "Invalid link address");
  if (config.dst.family() != AF_INET) return fail(EINVAL, "Invalid network address");
  if (config.flags & NTF_PROXY) {
    if (config.flags_ext & (NTF_EXT_MANAGED | kExtValidated))
      return fail(EINVAL, "Invalid NTF_* flag combination");
    return add_proxy(net, dev, config);
  }
  if (!dev) return fail(EINVAL, "Device not specified");

  NeighTable<V4>& table = arp_.table(net);
  const Ipv4Address key = Arp::key_for(*dev, config.dst.as<V4>());
  // Where all neighbours are one (see key_for), that one is found by its own name alone, but others make it.
  Neighbour<V4>* n = config.dst == IpAddress(key) ? table.find(*dev, key) : nullptr;
  NeighTable<V4>::Update news;
  news.admin = true;
  news.override_lladdr = true;
  if (!n) {
    if (!(nlm_flags & NLM_F_CREATE)) return fail(ENOENT);
    if ((config.state & NUD_PERMANENT) && (config.flags_ext & NTF_EXT_MANAGED))
      return fail(EINVAL, "Invalid NTF_* flag for permanent entry");
    if (config.flags_ext & kExtValidated) {
      const bool begins_empty = (config.flags & NTF_USE) || (config.flags_ext & NTF_EXT_MANAGED);
      if (begins_empty || !(config.state & kValid))
        return fail(EINVAL, "Cannot create externally validated neighbor with an invalid state");
    }
    const bool exempt =
        (config.state & NUD_PERMANENT) || (config.flags & NTF_EXT_LEARNED) || config.flags_ext;
    n = table.find(*dev, key);
    const bool known_already = n != nullptr;
    if (!n) n = table.find_or_create(*dev, key, exempt);
    if (!n) return fail(ENOBUFS);
    if (!known_already) {
      n->type = arp_.type_of(net, key);
      if (const auto known = arp_.known_address(*dev, key)) {
        n->lladdr = *known;
        n->state = NUD_NOARP;
      }
    }
  } else {
    if (nlm_flags & NLM_F_EXCL) return fail(EEXIST);
    if (!(nlm_flags & NLM_F_REPLACE)) news.override_lladdr = false;
  }
  if (config.protocol) n->protocol = config.protocol;
  n->flags = static_cast<uint8_t>((n->flags & ~(NTF_ROUTER | NTF_EXT_LEARNED)) |
                                  (config.flags & (NTF_ROUTER | NTF_EXT_LEARNED)));
  n->flags_ext = config.flags_ext & (NTF_EXT_MANAGED | kExtValidated);
  if (n->flags_ext & NTF_EXT_MANAGED) {
    table.manage(*n);
    return {};
  }
  if (config.flags & NTF_USE) {
    table.use(*n);
    return {};
  }
  if (config.lladdr) news.lladdr = &*config.lladdr;
  news.state = config.state;
  LinkLayerAddress own;
  if (news.lladdr) {
    own = LinkLayerAddress::from(news.lladdr->view().first(dev->address.len));
    news.lladdr = &own;
  }
  return table.update(*n, news);
}

Result<void> NeighControl::del(Net& net, const NeighConfig& config) {
  if (!config.dst.has_value()) return fail(EINVAL, "Network address not specified");
  UNETNS_ASSIGN(NetDevice * dev, device(net, config.ifindex));
  if (config.dst.family() != AF_INET) return fail(EINVAL, "Invalid network address");
  NeighTable<V4>* table = arp_.existing_table(net);
  if (config.flags & NTF_PROXY) {
    const Ipv4Address a = config.dst.as<V4>();
    if (!table || !std::erase_if(table->proxies(),
                                 [&](const auto& p) { return p.dev == dev && p.address == a; }))
      return fail(ENOENT);
    return {};
  }
  if (!dev) return fail(EINVAL, "Device not specified");
  Neighbour<V4>* n = table ? table->find(*dev, config.dst.as<V4>()) : nullptr;
  if (!n) return fail(ENOENT);
  n->flags &= static_cast<uint8_t>(~NTF_EXT_LEARNED);
  n->flags_ext = 0;
  (void)table->update(*n, {nullptr, NUD_FAILED, true, true});
  if ((n = table->find(*dev, config.dst.as<V4>()))) table->remove(*n);
  return {};
}

NeighInfo NeighControl::describe(const NeighProxy<V4>& proxy) {
  NeighInfo info;
  info.config.ifindex = proxy.dev ? proxy.dev->ifindex() : 0;
  info.config.dst = proxy.address;
  info.config.flags = static_cast<uint8_t>(proxy.flags | NTF_PROXY);
  info.config.protocol = proxy.protocol;
  info.dev = proxy.dev;
  return info;
}

Result<NeighInfo> NeighControl::get(Net& net, const NeighConfig& key) {
  if (!key.dst.has_value()) return fail(EINVAL, "Network address not specified");
  UNETNS_ASSIGN(NetDevice * dev, device(net, key.ifindex));
  if (key.dst.family() != AF_INET) return fail(EINVAL, "Invalid network address");
  const NeighTable<V4>* table = arp_.existing_table(net);
  if (key.flags & NTF_PROXY) {
    const NeighProxy<V4>* p = table ? table->find_proxy(dev, key.dst.as<V4>()) : nullptr;
    if (!p) return fail(ENOENT, "Proxy neighbour entry not found");
    return describe(*p);
  }
  if (!dev) return fail(EINVAL, "No device specified");
  const Neighbour<V4>* n = table ? table->find(*dev, key.dst.as<V4>()) : nullptr;
  if (!n) return fail(ENOENT, "Neighbour entry not found");
  return arp_.describe(*n);
}

void NeighControl::for_each(Net& net, bool proxies,
                            const std::function<void(const NeighInfo&)>& fn) const {
  const NeighTable<V4>* table = arp_.existing_table(net);
  if (!table) return;
  if (proxies) {
    for (const auto& p : const_cast<NeighTable<V4>*>(table)->proxies()) fn(describe(p));
    return;
  }
  table->for_each([&](const Neighbour<V4>& n) { fn(arp_.describe(n)); });
}

}  // namespace unetns
