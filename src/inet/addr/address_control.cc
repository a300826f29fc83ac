#include "inet/addr/address_control.h"

#include <linux/netlink.h>

namespace unetns {

using namespace std::chrono_literals;

namespace {
// Hundredths of a second since boot, as struct ifa_cacheinfo has them.
uint32_t centiseconds(Nanos t) { return static_cast<uint32_t>(t / 10ms); }

// What a request may not set: what the layer keeps by itself, and what is IPv6's alone.
constexpr uint32_t kSettableFlags = ~uint32_t{0xff | IFA_F_MANAGETEMPADDR | IFA_F_STABLE_PRIVACY};
}  // namespace

AddrInfo AddressControl::describe(const InDevice& in, const Entry& e) const {
  AddrInfo info;
  AddrConfig& c = info.config;
  c.ifindex = in.dev.ifindex();
  c.local = e.local;
  c.address = e.address;
  if (!e.broadcast.is_zero()) c.broadcast = e.broadcast;
  c.prefix_len = e.prefix_len;
  c.scope = e.scope;
  c.flags = e.flags;
  c.label = e.label;
  c.route_priority = e.route_priority;
  c.proto = e.proto;
  if (!e.permanent()) {
    c.valid_lft = e.remaining(e.valid_lft, now());
    c.preferred_lft = e.remaining(e.preferred_lft, now());
  }
  info.dev = &in.dev;
  info.created_cs = centiseconds(e.created);
  info.updated_cs = centiseconds(e.updated);
  return info;
}

void AddressControl::tell(const InDevice& in, const Entry& e, bool deleted) const {
  if (context_.messages)
    context_.messages->addr_changed(in.dev.net(), AF_INET, describe(in, e), deleted);
}

Result<void> AddressControl::add(Net& net, const AddrConfig& config, uint16_t nlm_flags) {
  if (config.prefix_len > 32) return fail(EINVAL, "ipv4: Invalid prefix length");
  if (config.local.family() != AF_INET) return fail(EINVAL, "ipv4: Local address is not supplied");
  NetDevice* dev = context_.netdevs.by_index(net, config.ifindex);
  if (!dev) return fail(ENODEV, "ipv4: Device not found");
  if (!InetContext::usable(*dev)) return fail(ENOBUFS);
  if (config.valid_lft == 0 || config.preferred_lft > config.valid_lft)
    return fail(EINVAL, "ipv4: address lifetime invalid");

  if (!context_.registry.may_allocate()) return fail(ENOBUFS);
  auto e = std::make_unique<Entry>();
  e->local = config.local.as<V4>();
  e->address = config.address.family() == AF_INET ? config.address.as<V4>() : e->local;
  e->broadcast = config.broadcast.as<V4>();
  e->prefix_len = config.prefix_len;
  e->scope = config.scope;
  e->flags = config.flags & kSettableFlags;
  e->route_priority = config.route_priority;
  e->proto = config.proto;
  e->label = config.label.empty() ? std::string(dev->name()) : config.label.substr(0, IFNAMSIZ - 1);

  InDevice& in = context_.make(*dev);
  in.own_settings = ~uint64_t{0};
  for (const auto& old : in.addresses.items()) {
    if (old->local != e->local || old->prefix_len != e->prefix_len || !old->covers(e->address))
      continue;
    if ((nlm_flags & NLM_F_EXCL) || !(nlm_flags & NLM_F_REPLACE))
      return fail(EEXIST, "ipv4: Address already assigned");
    return change(in, *old, config);
  }
  if ((config.flags & IFA_F_MCAUTOJOIN) && !e->address.is_multicast())
    return fail(EINVAL, "ipv4: Multicast auto join failed");
  e->set_lifetime(config.valid_lft, config.preferred_lft, now());
  return insert(in, std::move(e));
}

Result<void> AddressControl::insert(InDevice& in, std::unique_ptr<Entry> entry) {
  if (entry->local.is_zero()) return {};  // accepted and forgotten
  for (const auto& old : in.addresses.items()) {
    if (old->prefix_len != entry->prefix_len || !old->covers(entry->address)) continue;
    if (old->local == entry->local) return fail(EEXIST, "ipv4: Address already assigned");
    if (old->scope != entry->scope) return fail(EINVAL, "ipv4: Invalid scope value");
    entry->flags |= IFA_F_SECONDARY;
  }
  entry->created = entry->updated = now();
  const Entry& e = in.addresses.insert(std::move(entry));
  arm_lifetimes(in);
  tell(in, e, false);
  add_routes(in, e);
  observer_.address_added(in.dev);
  return {};
}

Result<void> AddressControl::change(InDevice& in, Entry& e, const AddrConfig& config) {
  if (e.route_priority != config.route_priority) {
    const bool moves = in.dev.up() && !e.secondary() && !(e.flags & IFA_F_NOPREFIXROUTE) &&
                       !e.network().is_zero() && e.prefix_len < 32;
    const uint8_t type = in.dev.is_loopback() ? RTN_LOCAL : RTN_UNICAST;
    const RouteControl::Connected old{type, e.network(), e.prefix_len, e.local, e.route_priority};
    e.route_priority = config.route_priority;
    if (moves) {
      routes_.add_connected(in.dev, {type, e.network(), e.prefix_len, e.local, e.route_priority});
      routes_.del_connected(in.dev, old);
    }
  }
  e.proto = config.proto;
  e.set_lifetime(config.valid_lft, config.preferred_lft, now());
  arm_lifetimes(in);
  tell(in, e, false);
  return {};
}

Result<void> AddressControl::del(Net& net, const AddrConfig& config) {
  NetDevice* dev = context_.netdevs.by_index(net, config.ifindex);
  if (!dev) return fail(ENODEV, "ipv4: Device not found");
  InDevice* in = InetContext::find(*dev);
  if (in)
    for (const auto& e : in->addresses.items()) {
      if (config.local.has_value() && e->local != config.local.as<V4>()) continue;
      if (!config.label.empty() && config.label != e->label) continue;
      if (config.address.has_value() &&
          (config.prefix_len != e->prefix_len || !e->covers(config.address.as<V4>())))
        continue;
      remove(*in, *e);
      return {};
    }
  return fail(EADDRNOTAVAIL, "ipv4: Address not found");
}

void AddressControl::remove(InDevice& in, Entry& entry) {
  AddressList<V4>& list = in.addresses;
  // Secondaries of a primary that goes: the first takes its place, or all go with it.
  std::vector<Entry*> secondaries;
  if (!entry.secondary())
    for (const auto& e : list.items())
      if (e->secondary() && e->same_subnet(entry)) secondaries.push_back(e.get());
  const bool promote = context_.conf(in.dev, IPV4_DEVCONF_PROMOTE_SECONDARIES) != 0;
  if (promote) {
    // Their routes name the old primary as source.
    for (Entry* s : secondaries) del_routes(in, *s);
  } else {
    for (Entry* s : secondaries) {
      tell(in, *s, true);
      del_routes(in, *s);
      list.remove(*s);
    }
    secondaries.clear();
  }
  tell(in, entry, true);
  del_routes(in, entry);
  list.remove(entry);
  if (!secondaries.empty()) {
    Entry& heir = *secondaries.front();
    list.promote(heir);
    tell(in, heir, false);
    for (Entry* s : secondaries) add_routes(in, *s);
  }
  arm_lifetimes(in);
  if (list.empty()) observer_.last_address_gone(in.dev);
}

void AddressControl::remove_all(NetDevice& dev) {
  InDevice* in = InetContext::find(dev);
  if (!in || in->addresses.empty()) return;
  // One after the other, no heirs: the routes of secondaries go with the device, untold.
  while (!in->addresses.empty()) {
    Entry& e = *in->addresses.items().front();
    tell(*in, e, true);
    if (!e.secondary()) del_routes(*in, e, true);
    in->addresses.remove(e);
  }
  arm_lifetimes(*in);
  observer_.last_address_gone(dev);
}

void AddressControl::for_each(Net& net, const std::function<void(const AddrInfo&)>& fn) const {
  context_.netdevs.for_each(net, [&](NetDevice& dev) {
    if (const InDevice* in = InetContext::find(dev))
      for (const auto& e : in->addresses.items()) fn(describe(*in, *e));
  });
}

void AddressControl::loopback_up(NetDevice& dev) {
  if (!dev.is_loopback() || !InetContext::usable(dev)) return;
  InDevice& in = context_.make(dev);
  in.own_settings = ~uint64_t{0};
  auto e = std::make_unique<Entry>();
  e->local = e->address = Ipv4Address(0x7f000001);
  e->prefix_len = 8;
  e->scope = RT_SCOPE_HOST;
  e->label = dev.name();
  e->set_lifetime(kInfiniteLifetime, kInfiniteLifetime, now());
  (void)insert(in, std::move(e));  // unless it has it
}

void AddressControl::device_up(NetDevice& dev) {
  if (InDevice* in = InetContext::find(dev))
    for (const auto& e : in->addresses.items()) add_routes(*in, *e);
}

void AddressControl::device_renamed(NetDevice& dev) {
  InDevice* in = InetContext::find(dev);
  if (!in) return;
  // The first takes the name as it is, others what they had behind a colon, or their number.
  size_t number = 0;
  for (const auto& e : in->addresses.items()) {
    const size_t colon = e->label.find(':');
    std::string suffix =
        colon == std::string::npos ? ":" + std::to_string(number + 1) : e->label.substr(colon);
    if (number++ == 0) suffix.clear();
    const size_t room = IFNAMSIZ - 1 - std::min<size_t>(suffix.size(), IFNAMSIZ - 1);
    e->label = std::string(dev.name().substr(0, room)) + suffix;
    tell(*in, *e, false);
  }
}

void AddressControl::arm_lifetimes(InDevice& in) {
  const Nanos next = in.addresses.next_change();
  if (next == Nanos::max()) {
    in.lifetimes.reset();
    return;
  }
  if (!in.lifetimes)
    in.lifetimes =
        std::make_unique<Timer>(context_.env().timers, [this, d = &in] { check_lifetimes(*d); });
  in.lifetimes->arm_at(next);
}

void AddressControl::check_lifetimes(InDevice& in) {
  const Nanos t = now();
  for (bool again = true; again;) {  // a removal takes secondaries along
    again = false;
    for (const auto& e : in.addresses.items())
      if (e->expired(t)) {
        remove(in, *e);
        again = true;
        break;
      }
  }
  for (const auto& e : in.addresses.items())
    if (e->deprecates(t)) {
      e->flags |= IFA_F_DEPRECATED;
      tell(in, *e, false);
    }
  arm_lifetimes(in);
}

}  // namespace unetns
