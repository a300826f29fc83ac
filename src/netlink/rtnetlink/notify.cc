// Notifications: what becomes of the calls of netdev, inet and nsid. Sequence number and port id of
// the cause are as Linux has them: addresses and routes name the request, neighbours its port
// alone, links nothing (but birth and deletion that were asked for with NLM_F_ECHO).
#include <linux/if.h>

#include <algorithm>
#include <utility>

#include "netlink/netlink_socket.h"
#include "netlink/rtnetlink/fill.h"
#include "netlink/rtnetlink/rtnetlink.h"

namespace unetns {
namespace {

template <class T>
T by_family(int family, T v4, T v6) {
  return family == AF_INET6 ? v6 : v4;
}

// Newer than the uapi headers this may be built with.
constexpr uint16_t kNewMulticast = 56, kDelMulticast = 57;
constexpr uint32_t kGroupIpv4Mcast = 37, kGroupIpv6Mcast = 38, kLastGroup = 39;

}  // namespace

uint32_t Rtnetlink::group_count() const { return std::max<uint32_t>(RTNLGRP_MAX, kLastGroup); }

Rtnetlink::Cause Rtnetlink::cause(Net& net, std::initializer_list<uint16_t> types) const {
  if (!current_ || &current_->net != &net) return {};
  for (uint16_t type : types)
    if (current_->header.nlmsg_type == type)
      return {current_->header.nlmsg_seq, current_->socket.port_id(), current_->flag(NLM_F_ECHO)};
  return {};
}

bool Rtnetlink::wanted(Net& net, uint32_t group, const Cause& cause) const {
  return cause.echo || layer_.has_listeners(net, NETLINK_ROUTE, group);
}

void Rtnetlink::publish(Net& net, uint32_t group, ByteVector message, const Cause& cause) {
  layer_.multicast(net, NETLINK_ROUTE, group, message, cause.echo ? cause.port_id : 0);
  // In another namespace the port id may be somebody else's: Linux doesn't mind.
  if (!cause.echo) return;
  if (&net == &current_->net)
    current_->socket.deliver_reply(std::move(message));
  else
    (void)layer_.unicast(net, NETLINK_ROUTE, cause.port_id, std::move(message));
}

// The request for a new device, when it wants to see what came of it: the device, not its other end, which comes
// first and is bound to nothing then.
Rtnetlink::Cause Rtnetlink::cause_of_birth(const NetDevice& dev) const {
  if (!current_ || current_->header.nlmsg_type != RTM_NEWLINK || !current_->flag(NLM_F_ECHO))
    return {};
  if (dev.ops().has_link() && !dev.ops().link(dev)) return {};
  return {current_->header.nlmsg_seq, current_->socket.port_id(), true};
}

void Rtnetlink::link_changed(NetDevice& dev, uint32_t change_mask) {
  // The message names the namespace of the other end, which has an id from then on: heard or not.
  if (const NetDevice* link = dev.ops().link(dev); link && &link->net() != &dev.net())
    nsids_.get_or_assign(dev.net(), link->net());
  const Cause who = change_mask == 0xffffffff ? cause_of_birth(dev) : Cause{};
  if (!wanted(dev.net(), RTNLGRP_LINK, who)) return;
  NlWriter out;
  fill_link(*this, out, dev, {who.seq, who.port_id, 0},
            {.type = RTM_NEWLINK, .change = change_mask});
  publish(dev.net(), RTNLGRP_LINK, out.take(), who);
}

void Rtnetlink::link_deleted(NetDevice& dev, int new_nsid, int new_ifindex) {
  Cause who;
  if (current_ && current_->header.nlmsg_type == RTM_DELLINK && current_->flag(NLM_F_ECHO))
    who = {current_->header.nlmsg_seq, current_->socket.port_id(), true};
  if (!wanted(dev.net(), RTNLGRP_LINK, who)) return;
  NlWriter out;
  fill_link(*this, out, dev, {.seq = who.seq, .port_id = who.port_id, .flags = 0},
            {.type = RTM_DELLINK,
             .change = 0xffffffff,
             .new_nsid = new_nsid,
             .new_ifindex = new_ifindex});
  publish(dev.net(), RTNLGRP_LINK, out.take(), who);
}

void Rtnetlink::addr_changed(Net& net, int family, const AddrInfo& addr, bool deleted) {
  const uint32_t group = by_family(family, RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV6_IFADDR);
  const Cause who = cause(net, {RTM_NEWADDR, RTM_DELADDR});
  if (!wanted(net, group, who)) return;
  NlWriter out;
  fill_addr(out, family, addr, deleted ? RTM_DELADDR : RTM_NEWADDR, {who.seq, who.port_id, 0});
  publish(net, group, out.take(), who);
}

void Rtnetlink::group_changed(Net& net, int family, const GroupInfo& info, bool left) {
  const uint32_t group = by_family(family, kGroupIpv4Mcast, kGroupIpv6Mcast);
  if (!wanted(net, group, {})) return;
  NlWriter out;
  fill_group(out, family, info, left ? kDelMulticast : kNewMulticast, {});
  publish(net, group, out.take(), {});
}

void Rtnetlink::route_changed(Net& net, int family, const RouteConfig& route, bool deleted,
                              uint16_t nlm_flags) {
  const uint32_t group = by_family(family, RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV6_ROUTE);
  const Cause who = cause(net, {RTM_NEWROUTE, RTM_DELROUTE});
  if (!wanted(net, group, who)) return;
  NlWriter out;
  fill_route(out, family, route, deleted ? RTM_DELROUTE : RTM_NEWROUTE,
             {who.seq, who.port_id, nlm_flags});
  publish(net, group, out.take(), who);
}

void Rtnetlink::neigh_changed(Net& net, int family, const NeighInfo& neigh, bool deleted) {
  Cause who = deleted ? Cause{} : cause(net, {RTM_NEWNEIGH, RTM_DELNEIGH});
  who.echo = false;
  if (!wanted(net, RTNLGRP_NEIGH, who)) return;
  NlWriter out;
  fill_neigh(out, family, neigh, deleted ? RTM_DELNEIGH : RTM_NEWNEIGH, {0, who.port_id, 0});
  publish(net, RTNLGRP_NEIGH, out.take(), who);
}

void Rtnetlink::neigh_asked(Net& net, int family, const NeighInfo& neigh) {
  if (!wanted(net, RTNLGRP_NEIGH, {})) return;
  NlWriter out;
  fill_neigh(out, family, neigh, RTM_GETNEIGH, {0, 0, NLM_F_REQUEST});
  publish(net, RTNLGRP_NEIGH, out.take(), {});
}

void Rtnetlink::netconf_changed(Net& net, int family, const NetconfInfo& conf, bool deleted) {
  const uint32_t group = by_family(family, RTNLGRP_IPV4_NETCONF, RTNLGRP_IPV6_NETCONF);
  if (!wanted(net, group, {})) return;
  NlWriter out;
  fill_netconf(out, family, conf, deleted ? RTM_DELNETCONF : RTM_NEWNETCONF, {});
  publish(net, group, out.take(), {});
}

void Rtnetlink::send_nsid(Net& net, uint16_t type, int id) {
  const Cause who = cause(net, {RTM_NEWNSID});
  if (!wanted(net, RTNLGRP_NSID, who)) return;
  NlWriter out;
  fill_nsid(out, type, id, {who.seq, who.port_id, 0});
  publish(net, RTNLGRP_NSID, out.take(), who);
}

void Rtnetlink::nsid_added(Net& net, int id, Net&) { send_nsid(net, RTM_NEWNSID, id); }

void Rtnetlink::nsid_deleted(Net& net, int id, Net&) { send_nsid(net, RTM_DELNSID, id); }

}  // namespace unetns
