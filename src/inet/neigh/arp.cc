#include "inet/neigh/arp.h"

#include "packet/wire/ethernet.h"
#include "packet/wire/ipv4.h"

namespace unetns {
namespace {

// RFC 1112 §6.4.
MacAddress group_address(const Ipv4Address& group) {
  return {{0x01, 0x00, 0x5e, static_cast<uint8_t>(group.bytes[1] & 0x7f), group.bytes[2],
           group.bytes[3]}};
}

}  // namespace

NeighTable<V4>& Arp::table(Net& net) {
  auto& t = context_.state(net).neighbours;
  if (!t) t = std::make_unique<NeighTable<V4>>(net, *this, limits_);
  return *t;
}

Ipv4Address Arp::key_for(const NetDevice& dev, const Ipv4Address& a) {
  return dev.flags & (IFF_LOOPBACK | IFF_POINTOPOINT) ? Ipv4Address() : a;
}

std::optional<LinkLayerAddress> Arp::known_address(NetDevice& dev, const Ipv4Address& a) {
  if (dev.flags & (IFF_NOARP | IFF_LOOPBACK)) return dev.address;
  if (a.is_multicast()) return LinkLayerAddress(group_address(a));
  if ((dev.flags & IFF_POINTOPOINT) ||
      routes_.address_type(dev.net(), a, dev.ifindex()) == RTN_BROADCAST)
    return dev.broadcast;
  return std::nullopt;
}

// ---- sending IP packets

void Arp::output(NetDevice& dev, const Ipv4Address& nexthop, Packet packet) {
  packet.meta().dev = &dev;
  packet.meta().protocol = EtherType::kIpv4;
  if (dev.hard_header_len == 0) {  // no link-layer addresses at all (tun)
    context_.netdevs.transmit(dev, std::move(packet));
    return;
  }
  if (dev.flags & (IFF_NOARP | IFF_LOOPBACK)) return send(dev, dev.address, std::move(packet));
  if (nexthop.is_multicast()) return send(dev, group_address(nexthop), std::move(packet));
  if (nexthop.is_limited_broadcast() || (dev.flags & IFF_POINTOPOINT))
    return send(dev, dev.broadcast, std::move(packet));
  NeighTable<V4>& t = table(dev.net());
  // The broadcast address of a subnet is no neighbour; asked only when there is none known by that
  // address.
  if (Neighbour<V4>* known = t.find(dev, nexthop)) return t.output(*known, std::move(packet));
  if (routes_.address_type(dev.net(), nexthop, dev.ifindex()) == RTN_BROADCAST)
    return send(dev, dev.broadcast, std::move(packet));
  t.output(dev, nexthop, std::move(packet));
}

void Arp::confirm(NetDevice& dev, const Ipv4Address& nexthop) {
  if (NeighTable<V4>* t = existing_table(dev.net())) t->confirm(dev, key_for(dev, nexthop));
}

bool Arp::known_or_ask(NetDevice& dev, const Ipv4Address& nexthop) {
  if (known_address(dev, nexthop)) return true;
  return table(dev.net()).known_or_ask(dev, key_for(dev, nexthop));
}

void Arp::change_settings(NetDevice* dev, const std::function<void(NeighParams&)>& change) {
  if (dev) {
    InDevice& in = context_.make(*dev);
    if (!in.neigh) in.neigh = std::make_unique<NeighParams>(default_params_.inherited());
    return change(*in.neigh);
  }
  change(default_params_);
  if (Net* first = context_.registry.first())
    context_.netdevs.for_each(*first, [this](NetDevice& d) {
      if (InDevice* in = InetContext::find(d); in && in->neigh) in->neigh->follow(default_params_);
    });
}

void Arp::device_gone(NetDevice& dev) {
  if (auto& waiting = context_.state(dev.net()).proxy_answers) waiting->forget(dev);
}

void Arp::send(NetDevice& dev, const LinkLayerAddress& to, Packet packet) {
  packet.meta().dev = &dev;
  context_.netdevs.push_ethernet(packet, to.mac(), dev.address.mac(), EtherType::kIpv4);
  context_.netdevs.transmit(dev, std::move(packet));
}

void Arp::unreachable(NetDevice& dev, Packet packet) {
  if (failure_)
    failure_->unreachable(dev, std::move(packet));
  else
    dev.net().drop(std::move(packet), DropReason::kNeighFailed);
}

// ---- asking

Ipv4Address Arp::source_for(NetDevice& dev, const Ipv4Address& target,
                            const Packet* waiting) const {
  Net& net = dev.net();
  const int announce = context_.conf(dev, IPV4_DEVCONF_ARP_ANNOUNCE);
  if (waiting && announce < 2) {
    const auto ip = Ipv4View::parse_quoted(waiting->network());
    if (ip && routes_.address_type(net, ip->src(), 0) == RTN_LOCAL) {
      if (announce == 0) return ip->src();
      // Level 1: only an address that the target can take for one of its own subnet.
      const InDevice* in = InetContext::find(dev);
      for (size_t i = 0; in && i < in->addresses.items().size(); i++) {
        const IfAddress<V4>& a = *in->addresses.items()[i];
        if (a.covers(ip->src()) && a.covers(target)) return ip->src();
      }
    }
  }
  return routes_.select_source(net, dev, target, RT_SCOPE_LINK);
}

void Arp::solicit(const Neighbour<V4>& n, bool unicast, const Packet* waiting) {
  NetDevice& dev = *n.dev;
  if (dev.flags & IFF_NOARP || dev.hard_header_len == 0) return;
  ArpHeader h;
  h.sender_mac = dev.address.mac();
  h.sender_ip = source_for(dev, n.address, waiting);
  h.target_ip = n.address;
  transmit(dev, h, unicast ? n.lladdr.mac() : dev.broadcast.mac());
}

void Arp::solicit_by_program(const Neighbour<V4>& n) {
  if (context_.messages) context_.messages->neigh_asked(n.dev->net(), AF_INET, describe(n));
}

void Arp::transmit(NetDevice& dev, const ArpHeader& header, const MacAddress& to) {
  if (!dev.up()) return;
  Packet p = Packet::allocate(context_.registry.packets(), Packet::kHeadroom, ArpHeader::kSize);
  header.emit(p.head());
  p.set_network_here();
  p.meta().dev = &dev;
  p.meta().protocol = EtherType::kArp;
  context_.netdevs.push_ethernet(p, to, dev.address.mac(), EtherType::kArp);
  context_.netdevs.transmit(dev, std::move(p));
}

void Arp::announce(NetDevice& dev, const Ipv4Address& a) {
  if ((dev.flags & (IFF_NOARP | IFF_LOOPBACK)) || dev.address.len != 6 || dev.hard_header_len == 0)
    return;
  ArpHeader h;
  h.sender_mac = dev.address.mac();
  h.sender_ip = h.target_ip = a;
  transmit(dev, h, dev.broadcast.mac());
}

void Arp::announce(NetDevice& dev) {
  const InDevice* in = InetContext::find(dev);
  if (!in) return;
  for (const auto& a : in->addresses.items()) announce(dev, a->local);
}

// ---- hearing

void Arp::receive(NetDevice& dev, Packet packet) {
  Net& net = dev.net();
  const PacketType type = packet.meta().type;
  auto drop = [&](DropReason why) { net.drop(std::move(packet), why); };
  if (type == PacketType::kOtherHost || type == PacketType::kLoopback)
    return drop(DropReason::kOtherHost);
  if ((dev.flags & (IFF_NOARP | IFF_LOOPBACK)) || dev.address.len != 6)
    return drop(DropReason::kArpIgnored);
  if (!InetContext::usable(dev)) return drop(DropReason::kIpInNoAddress);
  packet.ensure_linear(std::min<size_t>(packet.size(), ArpHeader::kSize));
  const auto arp = ArpView::parse(packet.head());
  if (!arp) return drop(arp.error());
  const uint16_t op = arp->operation();
  if (op != ArpHeader::kRequest && op != ArpHeader::kReply) return drop(DropReason::kArpMalformed);
  const Ipv4Address sender = arp->sender_ip(), target = arp->target_ip();
  const bool localnet = context_.conf(dev, IPV4_DEVCONF_ROUTE_LOCALNET) != 0;
  if (target.is_multicast() || (!localnet && target.is_loopback()))
    return drop(DropReason::kArpMalformed);
  if (sender == target && context_.conf(dev, IPV4_DEVCONF_DROP_GRATUITOUS_ARP))
    return drop(DropReason::kArpIgnored);
  const std::optional<DropReason> why =
      op == ArpHeader::kRequest ? request(dev, *arp, type) : learn(dev, *arp, type);
  if (why) drop(*why);
}

std::optional<DropReason> Arp::request(NetDevice& dev, const ArpView& arp, PacketType type) {
  Net& net = dev.net();
  const Ipv4Address sender = arp.sender_ip(), target = arp.target_ip();
  if (sender.is_zero()) {  // a probe for duplicates (RFC 5227 §2.1.1)
    if (routes_.address_type(net, target, 0) != RTN_LOCAL || ignored(dev, sender, target))
      return DropReason::kArpIgnored;
    reply(dev, arp);
    return std::nullopt;
  }
  FlowKey<V4> key;
  key.dst = target;
  key.src = sender;
  key.iif = dev.ifindex();
  const auto way = routes_.input(net, key);
  if (way && way->type == RTN_LOCAL) {
    if (ignored(dev, sender, target) || filtered(dev, sender, target))
      return DropReason::kArpIgnored;
    // Who asks will be asked: remember the sender.
    Neighbour<V4>* n = table(net).find_or_create(dev, sender);
    if (!n) return DropReason::kNeighTableFull;
    const LinkLayerAddress lladdr = arp.sender_mac();
    (void)table(net).update(*n, {&lladdr, NUD_STALE, true, false});
    reply(dev, arp);
    return std::nullopt;
  }
  if (way && way->type == RTN_UNICAST && proxied(dev, arp)) {
    reply_for_another(dev, arp, type);
    return std::nullopt;
  }
  return learn(dev, arp, type);
}

std::optional<DropReason> Arp::learn(NetDevice& dev, const ArpView& arp, PacketType type) {
  Net& net = dev.net();
  const Ipv4Address sender = arp.sender_ip();
  const bool is_reply = arp.operation() == ArpHeader::kReply;
  const bool gratuitous = sender == arp.target_ip();
  const int accept = context_.conf(dev, IPV4_DEVCONF_ARP_ACCEPT);
  NeighTable<V4>* t = existing_table(net);
  Neighbour<V4>* n = t ? t->find(dev, sender) : nullptr;
  // Strangers are not taken in unless that is asked for.
  const InDevice* in = InetContext::find(dev);
  const bool near =
      accept < 2 || (in && std::any_of(in->addresses.items().begin(), in->addresses.items().end(),
                                       [&](const auto& a) { return a->covers(sender); }));
  if (!n && accept && near && (gratuitous || is_reply) &&
      routes_.address_type(net, sender, dev.ifindex()) == RTN_UNICAST) {
    t = &table(net);
    n = t->find_or_create(dev, sender);
  }
  if (!n) return DropReason::kArpIgnored;
  const Nanos now = context_.env().clock.monotonic();
  const LinkLayerAddress lladdr = arp.sender_mac();
  // Of several answers the first counts for a while, lest proxies and owner take turns.
  const bool may_replace = now > n->updated + params(dev).time(NeighVar::kLocktime) || gratuitous;
  const uint16_t state = is_reply && type == PacketType::kHost ? NUD_REACHABLE : NUD_STALE;
  (void)t->update(*n, {&lladdr, state, may_replace, false});
  return std::nullopt;
}

ArpHeader Arp::answer_to(NetDevice& dev, const ArpView& arp) const {
  ArpHeader h;
  h.operation = ArpHeader::kReply;
  h.sender_mac = dev.address.mac();
  h.sender_ip = arp.target_ip();
  h.target_mac = arp.sender_mac();
  h.target_ip = arp.sender_ip();
  return h;
}

void Arp::reply(NetDevice& dev, const ArpView& arp) {
  transmit(dev, answer_to(dev, arp), arp.sender_mac());
}

// At once to who asks us alone, else after a random part of proxy_delay.
void Arp::reply_for_another(NetDevice& dev, const ArpView& arp, PacketType type) {
  Net& net = dev.net();
  if (Neighbour<V4>* n = table(net).find_or_create(dev, arp.sender_ip())) {
    const LinkLayerAddress lladdr = arp.sender_mac();
    (void)table(net).update(*n, {&lladdr, NUD_STALE, true, false});
  }
  const int64_t delay = params(dev).get(NeighVar::kProxyDelay);
  if (type == PacketType::kHost || delay <= 0) return reply(dev, arp);
  auto& waiting = context_.state(net).proxy_answers;
  if (!waiting)
    waiting = std::make_unique<DelayedAnswers<ArpHeader>>(
        context_.env(), [this](NetDevice& d, const ArpHeader& h) { transmit(d, h, h.target_mac); });
  const auto ms = context_.env().rng.below(static_cast<uint32_t>(delay));
  waiting->add(dev, answer_to(dev, arp), std::chrono::milliseconds(ms),
               params(dev).count(NeighVar::kProxyQueue));
}

// arp_ignore of ip-sysctl.
bool Arp::ignored(NetDevice& dev, const Ipv4Address& sender, const Ipv4Address& target) const {
  const int level = context_.conf(dev, IPV4_DEVCONF_ARP_IGNORE);
  const InDevice* in = InetContext::find(dev);
  const IfAddress<V4>* own = in ? in->addresses.find_local(target) : nullptr;
  switch (level) {
    case 1:
      return !own;
    case 2:
      return !own || !(sender.is_zero() || own->covers(sender));
    case 3: {
      bool global = false;
      context_.netdevs.for_each(dev.net(), [&](NetDevice& d) {
        const InDevice* i = InetContext::find(d);
        const IfAddress<V4>* a = i ? i->addresses.find_local(target) : nullptr;
        if (a && a->scope < RT_SCOPE_HOST) global = true;
      });
      return !global;
    }
    case 8:
      return true;
    default:
      return false;
  }
}

// arp_filter: answer only where packets to the sender would leave.
bool Arp::filtered(NetDevice& dev, const Ipv4Address& sender, const Ipv4Address& target) const {
  if (!context_.conf(dev, IPV4_DEVCONF_ARPFILTER)) return false;
  FlowKey<V4> key;
  key.dst = sender;
  key.src = target;
  const auto way = routes_.output(dev.net(), key);
  return !way || way->dev != &dev;
}

bool Arp::proxied(NetDevice& dev, const ArpView& arp) const {
  Net& net = dev.net();
  if (!context_.own_conf(dev, IPV4_DEVCONF_FORWARDING)) return false;
  FlowKey<V4> key;
  key.dst = arp.target_ip();
  const auto way = routes_.output(net, key);
  if (!way) return false;
  const NeighTable<V4>* t = existing_table(net);
  if (t && way->dev != &dev && t->find_proxy(&dev, arp.target_ip())) return true;
  if (way->dev == &dev) return context_.conf(dev, IPV4_DEVCONF_PROXY_ARP_PVLAN) != 0;
  return context_.conf(dev, IPV4_DEVCONF_PROXY_ARP) != 0;
}

// ---- telling

NeighInfo Arp::describe(const Neighbour<V4>& n) const {
  const Nanos now = context_.env().clock.monotonic();
  auto age = [now](Nanos then) {
    return static_cast<uint32_t>((now - then) / std::chrono::milliseconds(10));
  };
  NeighInfo info;
  info.config.ifindex = n.dev->ifindex();
  info.config.dst = n.address;
  if (n.valid()) info.config.lladdr = n.lladdr;
  info.config.state = n.state;
  info.config.flags = n.flags;
  info.config.flags_ext = n.flags_ext;
  info.config.type = n.type;
  info.config.protocol = n.protocol;
  info.dev = n.dev;
  info.confirmed_cs = age(n.confirmed);
  info.used_cs = age(n.used);
  info.updated_cs = age(n.updated);
  info.refcnt = n.timer.armed() ? 1 : 0;
  info.probes = n.probes;
  return info;
}

void Arp::changed(const Neighbour<V4>& n, bool deleted) {
  if (context_.messages)
    context_.messages->neigh_changed(n.dev->net(), AF_INET, describe(n), deleted);
}

}  // namespace unetns
