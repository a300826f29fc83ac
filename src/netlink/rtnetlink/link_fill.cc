// RTM_NEWLINK / RTM_DELLINK of one device, attributes in the order of the kernel.
#include <linux/if_link.h>
#include <netinet/in.h>

#include "netlink/rtnetlink/fill.h"
#include "netlink/rtnetlink/new_link_attrs.h"
#include "netlink/rtnetlink/rtnetlink.h"

namespace unetns {
namespace {

// IFLA_INET_CONF and IFLA_INET6_CONF.
constexpr uint16_t kInetConf = 1, kInet6Conf = 2;

}  // namespace

rtnl_link_stats64 link_stats64(const LinkStats& s) {
  rtnl_link_stats64 out{};
  out.rx_packets = s.rx_packets;
  out.tx_packets = s.tx_packets;
  out.rx_bytes = s.rx_bytes;
  out.tx_bytes = s.tx_bytes;
  out.rx_errors = s.rx_errors;
  out.tx_errors = s.tx_errors;
  out.rx_dropped = s.rx_dropped;
  out.tx_dropped = s.tx_dropped;
  out.multicast = s.multicast;
  out.collisions = s.collisions;
  out.rx_length_errors = s.rx_length_errors;
  out.rx_frame_errors = s.rx_frame_errors;
  out.tx_carrier_errors = s.tx_carrier_errors;
  out.rx_nohandler = s.rx_nohandler;
  return out;
}

namespace {

// The 32-bit form holds the same fields in the same order, cut.
rtnl_link_stats stats32(const rtnl_link_stats64& wide) {
  rtnl_link_stats out{};
  constexpr size_t kFields = sizeof out / sizeof(uint32_t);
  static_assert(sizeof wide >= kFields * sizeof(uint64_t));
  const auto* from = reinterpret_cast<const uint8_t*>(&wide);
  auto* to = reinterpret_cast<uint8_t*>(&out);
  for (size_t i = 0; i < kFields; i++)
    store<uint32_t>(to + i * 4, static_cast<uint32_t>(load<uint64_t>(from + i * 8)));
  return out;
}

void put_stats(NlWriter& out, const NetDevice& dev) {
  const rtnl_link_stats64 wide = link_stats64(dev.stats);
  out.object(IFLA_STATS64, wide);
  out.object(IFLA_STATS, stats32(wide));
}

void put_linkinfo(NlWriter& out, const NetDevice& dev) {
  const LinkKind* kind = dev.kind();
  if (!kind) return;
  const size_t info = out.nest_begin(IFLA_LINKINFO);
  out.str(IFLA_INFO_KIND, kind->name());
  if (kind->has_info_data()) {
    const size_t data = out.nest_begin(IFLA_INFO_DATA);
    kind->fill_info(dev, out);
    out.nest_end(data);
  }
  out.nest_end(info);
}

// True when the device is bound to one in another namespace, whose id was then put.
bool put_link_nsid(const Rtnetlink& rt, NlWriter& out, const NetDevice& dev, Net& viewer) {
  const NetDevice* link = dev.ops().link(dev);
  if (!link || &link->net() == &dev.net()) return false;
  out.s32(IFLA_LINK_NETNSID, rt.nsids().get_or_assign(viewer, link->net()));
  return true;
}

// The families have left a device by the time it is told to be gone.
void put_af_spec(const Rtnetlink& rt, NlWriter& out, const NetDevice& dev, bool gone) {
  const size_t spec = out.nest_begin(IFLA_AF_SPEC);
  if (gone) {
    out.nest_end(spec);
    return;
  }
  for (const InetControl* family : rt.families()) {
    const std::vector<int32_t> conf = family->devconf(dev);
    if (conf.empty()) continue;
    const size_t nest = out.nest_begin(static_cast<uint16_t>(family->family()));
    out.put(family->family() == AF_INET6 ? kInet6Conf : kInetConf,
            {reinterpret_cast<const uint8_t*>(conf.data()), conf.size() * sizeof(int32_t)});
    out.nest_end(nest);
  }
  out.nest_end(spec);
}

void put_altnames(NlWriter& out, const NetDevice& dev) {
  if (dev.altnames.empty()) return;
  const size_t list = out.nest_begin(IFLA_PROP_LIST, true);
  for (const std::string& name : dev.altnames) out.str(IFLA_ALT_IFNAME, name);
  out.nest_end(list);
}

void put_settings(NlWriter& out, const NetDevice& dev) {
  out.str(IFLA_IFNAME, dev.name());
  out.u32(IFLA_TXQLEN, dev.tx_queue_len);
  out.u8(IFLA_OPERSTATE, static_cast<uint8_t>(dev.operstate));
  out.u8(IFLA_LINKMODE, dev.link_mode);
  out.u8(kIflaNetnsImmutable, dev.net_immutable);
  out.u32(IFLA_MTU, dev.mtu);
  out.u32(IFLA_MIN_MTU, dev.min_mtu);
  out.u32(IFLA_MAX_MTU, dev.max_mtu);
  out.u32(IFLA_GROUP, dev.group);
  out.u32(IFLA_PROMISCUITY, dev.promiscuity);
  out.u32(IFLA_ALLMULTI, dev.allmulti);
  out.u32(IFLA_NUM_TX_QUEUES, dev.num_tx_queues);
  out.u32(IFLA_GSO_MAX_SEGS, dev.gso_max_segs);
  out.u32(IFLA_GSO_MAX_SIZE, dev.gso_max_size);
  out.u32(IFLA_GRO_MAX_SIZE, dev.gro_max_size);
  out.u32(kIflaGsoIpv4MaxSize, dev.gso_ipv4_max_size);
  out.u32(kIflaGroIpv4MaxSize, dev.gro_ipv4_max_size);
  out.u32(IFLA_TSO_MAX_SIZE, dev.ops().tso_max_size());
  out.u32(IFLA_TSO_MAX_SEGS, kTsoMaxSegs);
  out.u32(kIflaMaxPacingOffloadHorizon, 0);
  out.u32(IFLA_NUM_RX_QUEUES, dev.num_rx_queues);
  if (dev.master) out.u32(IFLA_MASTER, static_cast<uint32_t>(dev.master->ifindex()));
  out.u8(IFLA_CARRIER, dev.carrier);
  if (!dev.alias.empty()) out.str(IFLA_IFALIAS, dev.alias);
  out.u32(IFLA_CARRIER_CHANGES, dev.carrier_up_count + dev.carrier_down_count);
  out.u32(IFLA_CARRIER_UP_COUNT, dev.carrier_up_count);
  out.u32(IFLA_CARRIER_DOWN_COUNT, dev.carrier_down_count);
  out.u16(kIflaHeadroom, 0);
  out.u16(kIflaTailroom, 0);
  out.u8(IFLA_PROTO_DOWN, 0);
}

bool all_zero(Bytes bytes) {
  for (uint8_t b : bytes)
    if (b) return false;
  return true;
}

}  // namespace

void fill_link(const Rtnetlink& rt, NlWriter& out, const NetDevice& dev, const DumpHeader& header,
               const LinkFill& what) {
  ifinfomsg fixed{};
  fixed.ifi_family = AF_UNSPEC;
  fixed.ifi_type = dev.type;
  fixed.ifi_index = dev.ifindex();
  fixed.ifi_flags = dev.reported_flags();
  fixed.ifi_change = what.change;
  out.begin_with(what.type, header.flags, header.seq, header.port_id, fixed);
  if (what.target_nsid >= 0) out.s32(IFLA_TARGET_NETNSID, what.target_nsid);
  put_settings(out, dev);
  if (dev.address.len) {
    out.put(IFLA_ADDRESS, dev.address.view());
    out.put(IFLA_BROADCAST,
            dev.broadcast.view().first(std::min(dev.broadcast.len, dev.address.len)));
  }
  put_stats(out, dev);
  const size_t xdp = out.nest_begin(IFLA_XDP);
  out.u8(IFLA_XDP_ATTACHED, XDP_ATTACHED_NONE);
  out.nest_end(xdp);
  put_linkinfo(out, dev);
  const bool elsewhere = put_link_nsid(rt, out, dev, what.viewer ? *what.viewer : dev.net());
  if (what.new_nsid >= 0) out.s32(IFLA_NEW_NETNSID, what.new_nsid);
  if (what.new_ifindex) out.s32(IFLA_NEW_IFINDEX, what.new_ifindex);
  if (dev.perm_address.len && !all_zero(dev.perm_address.view()))
    out.put(IFLA_PERM_ADDRESS, dev.perm_address.view());
  if (const int link = dev.iflink(); elsewhere || link != dev.ifindex()) out.s32(IFLA_LINK, link);
  out.str(IFLA_QDISC, dev.qdisc());
  put_af_spec(rt, out, dev, what.type == RTM_DELLINK);
  out.object(IFLA_MAP, rtnl_link_ifmap{});
  put_altnames(out, dev);
  for (uint16_t hardware : {kIflaDevlinkPort, kIflaDpllPin})  // of virtual devices always empty
    out.nest_end(out.nest_begin(hardware, true));
  out.end();
}

}  // namespace unetns
