// IPv4 addresses by ioctl(2): netdevice(7), as ifconfig(8) uses it.
#include <linux/if_addr.h>
#include <linux/netlink.h>
#include <linux/sockios.h>
#include <netinet/in.h>

#include <algorithm>
#include <bit>
#include <optional>

#include "socket/ioctl/device_ioctls.h"

namespace unetns {
namespace {

std::string_view label_of(const AddrInfo& a) {
  return a.config.label.empty() ? a.dev->name() : std::string_view(a.config.label);
}

void put_address(sockaddr& out, const Ipv4Address& a) {
  sockaddr_in in{};
  in.sin_family = AF_INET;
  in.sin_addr.s_addr = a.be();
  std::memcpy(&out, &in, sizeof out);
}

Ipv4Address mask_of(int prefix_len) {
  return Ipv4Address(prefix_len == 0 ? 0 : 0xffffffffu << (32 - prefix_len));
}

// The prefix length of classful addressing (RFC 791 §3.2); -1: no address of a host.
int class_prefix(const Ipv4Address& a) {
  const uint8_t first = a.bytes[0];
  if (a.is_zero()) return 0;
  if (first < 128) return 8;
  if (first < 192) return 16;
  if (first < 224) return 24;
  return -1;
}

// The address that the request names: by label, else the first of the device.
std::optional<AddrInfo> find_address(InetControl& control, Net& net, const NetDevice& dev,
                                     std::string_view label) {
  std::optional<AddrInfo> by_label, first;
  control.addr_for_each(net, [&](const AddrInfo& a) {
    if (a.dev != &dev) return;
    if (!first) first = a;
    if (!by_label && label_of(a) == label) by_label = a;
  });
  if (by_label) return by_label;
  return label.find(':') == std::string_view::npos ? first : std::nullopt;
}

}  // namespace

Result<IpAddress> DeviceIoctls::address_labelled(Net& net, const NetDevice& dev,
                                                 std::string_view label) const {
  const auto found = find_address(*ipv4_, net, dev, label);
  if (!found) return fail(ENODEV);
  return found->config.local;
}

Result<int> DeviceIoctls::list_addresses(Net& net, MutableBytes out) {
  if (!ipv4_) return 0;
  size_t used = 0;
  const bool counting = out.data() == nullptr || out.empty();
  ipv4_->addr_for_each(net, [&](const AddrInfo& a) {
    if (!counting && used + sizeof(ifreq) > out.size()) return;
    if (!counting) {
      ifreq req{};
      const std::string_view label = label_of(a);
      std::memcpy(req.ifr_name, label.data(), std::min<size_t>(label.size(), IFNAMSIZ - 1));
      put_address(req.ifr_addr, a.config.local.as<V4>());
      store(out.data() + used, req);
    }
    used += sizeof(ifreq);
  });
  return static_cast<int>(used);
}

Result<int> DeviceIoctls::get_address(Net& net, unsigned long request, ifreq& req) {
  if (!ipv4_) return fail(EINVAL);
  UNETNS_ASSIGN(NetDevice * dev, device(net, req));
  const std::string_view label(req.ifr_name, strnlen(req.ifr_name, IFNAMSIZ - 1));
  const auto found = find_address(*ipv4_, net, *dev, label);
  if (!found) return fail(EADDRNOTAVAIL);
  const AddrConfig& c = found->config;
  Ipv4Address answer;
  switch (request) {
    case SIOCGIFADDR:
      answer = c.local.as<V4>();
      break;
    case SIOCGIFNETMASK:
      answer = mask_of(c.prefix_len);
      break;
    case SIOCGIFBRDADDR:
      answer = c.broadcast.as<V4>();
      break;
    default:
      answer = c.address.has_value() ? c.address.as<V4>() : c.local.as<V4>();
  }
  put_address(req.ifr_addr, answer);
  return 0;
}

Result<int> DeviceIoctls::set_address(Net& net, unsigned long request, ifreq& req) {
  if (!ipv4_) return fail(EINVAL);
  UNETNS_ASSIGN(NetDevice * dev, device(net, req));
  sockaddr_in in{};
  std::memcpy(&in, &req.ifr_addr, sizeof req.ifr_addr);
  const auto value = Ipv4Address::from_be(in.sin_addr.s_addr);
  if (in.sin_family != AF_INET && request != SIOCSIFNETMASK) return fail(EINVAL);
  const std::string label(req.ifr_name, strnlen(req.ifr_name, IFNAMSIZ - 1));
  const auto old = find_address(*ipv4_, net, *dev, label);
  if (!old && request != SIOCSIFADDR) return fail(EADDRNOTAVAIL);

  AddrConfig config;
  if (old) {
    config = old->config;
  } else {
    config.ifindex = dev->ifindex();
  }
  config.label = label;
  config.flags = 0;
  config.preferred_lft = config.valid_lft = kInfiniteLifetime;
  auto broadcast_of = [](const Ipv4Address& a, int len) {
    return Ipv4Address(a.value() | ~mask_of(len).value());
  };
  switch (request) {
    case SIOCSIFADDR: {
      const int prefix = class_prefix(value);
      if (prefix < 0) return fail(EINVAL);
      if (old && old->config.local.as<V4>() == value) return 0;
      config.local = value;
      config.address = value;
      config.prefix_len =
          static_cast<uint8_t>(dev->is_loopback() || !(dev->flags & IFF_POINTOPOINT) ? prefix : 32);
      config.broadcast = {};
      config.scope = value.is_loopback() ? RT_SCOPE_HOST : RT_SCOPE_UNIVERSE;
      if ((dev->flags & IFF_BROADCAST) && config.prefix_len < 31)
        config.broadcast = broadcast_of(value, config.prefix_len);
      break;
    }
    case SIOCSIFNETMASK: {
      const uint32_t mask = value.value();
      if (~mask & (~mask + 1)) return fail(EINVAL);
      const int len = std::popcount(mask);
      if (len == config.prefix_len) return 0;
      const auto local = config.local.as<V4>();
      // A broadcast address that followed from the old mask follows from the new one.
      if ((dev->flags & IFF_BROADCAST) && config.prefix_len < 31 &&
          config.broadcast == IpAddress(broadcast_of(local, config.prefix_len)))
        config.broadcast = len < 31 ? IpAddress(broadcast_of(local, len)) : IpAddress();
      config.prefix_len = static_cast<uint8_t>(len);
      break;
    }
    case SIOCSIFBRDADDR:
      if (config.broadcast == IpAddress(value)) return 0;
      config.broadcast = value;
      break;
    default:
      if (config.address == IpAddress(value)) return 0;
      if (class_prefix(value) < 0) return fail(EINVAL);
      config.address = value;
      config.prefix_len = 32;
  }
  if (old) UNETNS_TRY(ipv4_->addr_del(net, old->config));
  if (request == SIOCSIFADDR && value.is_zero()) return 0;
  UNETNS_TRY(ipv4_->addr_add(net, config, NLM_F_CREATE | NLM_F_EXCL));
  return 0;
}

}  // namespace unetns
