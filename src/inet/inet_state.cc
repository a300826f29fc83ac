#include "inet/inet_state.h"

#include "inet/fib/route_address.h"

#include <algorithm>

namespace unetns {

InDevice& InetContext::make(NetDevice& dev) const {
  if (InDevice* in = find(dev)) return *in;
  auto* in = new InDevice(dev);
  in->conf = state(dev.net()).dflt;
  if (dev.is_loopback()) {
    for (int id : {IPV4_DEVCONF_NOXFRM, IPV4_DEVCONF_NOPOLICY}) {
      in->conf.set(id, 1);
      in->own_settings |= uint64_t{1} << id;
    }
  }
  dev.inet[0] = in;
  return *in;
}

// ip-sysctl: fib_multipath_use_neigh. Of whom nothing is known may answer.
bool InetContext::is_silent(const NetDevice& dev, Bytes gateway) const {
  const InetNet& net = state(dev.net());
  if (!net.neighbours || !net.sysctls.settings().multipath_use_neigh) return false;
  const auto* entry = net.neighbours->find(dev, Ipv4Address::from(gateway.data()));
  return entry && !entry->valid();
}

bool InetContext::is_source_of(NetDevice& dev, Bytes gateway, Bytes source) const {
  const Ipv4Address own = select_source(*this, dev.net(), &dev, Ipv4Address::from(gateway.data()),
                                        RT_SCOPE_UNIVERSE);
  return own == Ipv4Address::from(source.data());
}

int32_t InetContext::conf(const NetDevice& dev, int id) const {
  const int32_t own = own_conf(dev, id);
  const DevConfSpec* spec = find_dev_conf(id);
  if (!spec || spec->fold == DevConfFold::kDevice) return own;
  const int32_t all = state(dev.net()).all.get(id);
  // A host takes redirects when either says so, a router only when both do.
  if (id == IPV4_DEVCONF_ACCEPT_REDIRECTS)
    return own_conf(dev, IPV4_DEVCONF_FORWARDING) ? own && all : own || all;
  switch (spec->fold) {
    case DevConfFold::kAnd:
      return own && all;
    case DevConfFold::kOr:
      return own || all;
    case DevConfFold::kMax:
      return std::max(own, all);
    case DevConfFold::kDevice:
      break;
  }
  return own;
}

}  // namespace unetns
