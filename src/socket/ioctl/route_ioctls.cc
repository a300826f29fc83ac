// IPv4 routes by ioctl(2): SIOCADDRT and SIOCDELRT with struct rtentry, as route(8) of net-tools
// uses them.
#include <linux/capability.h>
#include <linux/netlink.h>
#include <linux/route.h>
#include <linux/sockios.h>
#include <netinet/in.h>

#include <algorithm>
#include <bit>

#include "socket/ioctl/device_ioctls.h"

namespace unetns {
namespace {

sockaddr_in inet_of(const sockaddr& a) {
  sockaddr_in out{};
  std::memcpy(&out, &a, sizeof a);
  return out;
}

// Length of the prefix that dst and genmask describe.
Result<uint8_t> prefix_of(const rtentry& entry) {
  if (entry.rt_flags & RTF_HOST) return uint8_t{32};
  const sockaddr_in given = inet_of(entry.rt_genmask);
  const uint32_t mask = to_be32(given.sin_addr.s_addr);
  if (given.sin_family != AF_INET && (mask != 0 || given.sin_family != 0))
    return fail(EAFNOSUPPORT);
  const uint32_t dst = to_be32(inet_of(entry.rt_dst).sin_addr.s_addr);
  const uint32_t host = ~mask;
  if ((host & (host + 1)) != 0 || (dst & host) != 0) return fail(EINVAL);
  return static_cast<uint8_t>(std::popcount(mask));
}

std::map<uint16_t, uint32_t> metrics_of(const rtentry& entry) {
  constexpr uint32_t kHeaders = 40;  // of IPv4 and TCP
  constexpr int kRttShift = 3;       // RTAX_RTT counts eighths
  std::map<uint16_t, uint32_t> out;
  if ((entry.rt_flags & RTF_MTU) && entry.rt_mtu > kHeaders)
    out[RTAX_ADVMSS] = static_cast<uint32_t>(entry.rt_mtu) - kHeaders;
  if (entry.rt_flags & RTF_WINDOW) out[RTAX_WINDOW] = static_cast<uint32_t>(entry.rt_window);
  if (entry.rt_flags & RTF_IRTT) out[RTAX_RTT] = uint32_t{entry.rt_irtt} << kRttShift;
  return out;
}

}  // namespace

Result<int> DeviceIoctls::change_route(Net& net, const Caller& caller, unsigned long request,
                                       Bytes arg) {
  if (!ipv4_) return fail(EINVAL);
  if (!caller.capable(CAP_NET_ADMIN)) return fail(EPERM);
  if (arg.size() < sizeof(rtentry)) return fail(EFAULT);
  const auto entry = load<rtentry>(arg.data());
  const Bytes behind = arg.subspan(sizeof entry);
  const auto* text = reinterpret_cast<const char*>(behind.data());
  const std::string name(text, strnlen(text, std::min<size_t>(behind.size(), IFNAMSIZ - 1)));
  const bool adding = request == SIOCADDRT;

  const sockaddr_in dst = inet_of(entry.rt_dst);
  if (dst.sin_family != AF_INET) return fail(EAFNOSUPPORT);
  RouteConfig config;
  UNETNS_ASSIGN(config.dst_len, prefix_of(entry));
  config.dst = Ipv4Address::from_be(dst.sin_addr.s_addr);
  // route(8) counts metrics from one.
  if (entry.rt_metric) config.priority = static_cast<uint32_t>(entry.rt_metric - 1);
  config.has_scope = config.has_protocol = adding;
  config.scope = RT_SCOPE_LINK;

  if (entry.rt_flags & RTF_REJECT) {
    config.type = RTN_UNREACHABLE;
    config.scope = RT_SCOPE_HOST;
    config.has_scope = true;
  } else {
    NexthopConfig hop;
    if (!name.empty()) {
      ifreq named{};
      std::memcpy(named.ifr_name, name.data(), name.size());
      UNETNS_ASSIGN(NetDevice * dev, device(net, named));
      hop.oif = dev->ifindex();
      if (name.find(':') != std::string::npos) {
        UNETNS_ASSIGN(config.prefsrc, address_labelled(net, *dev, name));
      }
    }
    const sockaddr_in gateway = inet_of(entry.rt_gateway);
    const bool has_gateway = gateway.sin_family == AF_INET && gateway.sin_addr.s_addr != 0;
    if (has_gateway) {
      hop.gateway = Ipv4Address::from_be(gateway.sin_addr.s_addr);
      if (entry.rt_flags & RTF_GATEWAY) {
        config.scope = RT_SCOPE_UNIVERSE;
        config.has_scope = true;
      }
    }
    if (adding && (entry.rt_flags & RTF_GATEWAY) && !has_gateway) return fail(EINVAL);
    if (hop.oif || has_gateway) config.nexthops.push_back(hop);
  }
  if (!adding) {
    UNETNS_TRY(ipv4_->route_del(net, config));
    return 0;
  }
  config.metrics = metrics_of(entry);
  UNETNS_TRY(ipv4_->route_add(net, config, NLM_F_CREATE));
  return 0;
}

}  // namespace unetns
