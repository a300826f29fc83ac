#include "inet/conf/dev_conf.h"

#include <linux/netconf.h>

namespace unetns {
namespace {

constexpr DevConfValues initial_values(bool all) {
  DevConfValues v{};
  auto set = [&v](int id, int32_t value) { v[static_cast<size_t>(id - 1)] = value; };
  set(IPV4_DEVCONF_ACCEPT_REDIRECTS, 1);
  set(IPV4_DEVCONF_SECURE_REDIRECTS, 1);
  set(IPV4_DEVCONF_SEND_REDIRECTS, 1);
  set(IPV4_DEVCONF_SHARED_MEDIA, 1);
  set(IPV4_DEVCONF_IGMPV2_UNSOLICITED_REPORT_INTERVAL, 10000);
  set(IPV4_DEVCONF_IGMPV3_UNSOLICITED_REPORT_INTERVAL, 1000);
  set(IPV4_DEVCONF_ARP_EVICT_NOCARRIER, 1);
  set(IPV4_DEVCONF_ACCEPT_SOURCE_ROUTE, all ? 0 : 1);
  return v;
}

constexpr DevConfValues kAllInitial = initial_values(true);

using enum DevConfFold;
constexpr DevConfSpec kSpecs[] = {
    {IPV4_DEVCONF_FORWARDING, "forwarding", kDevice, NETCONFA_FORWARDING, false},
    {IPV4_DEVCONF_MC_FORWARDING, "mc_forwarding", kAnd, NETCONFA_MC_FORWARDING, true},
    {IPV4_DEVCONF_PROXY_ARP, "proxy_arp", kOr, NETCONFA_PROXY_NEIGH, false},
    {IPV4_DEVCONF_ACCEPT_REDIRECTS, "accept_redirects", kAnd, 0, false},
    {IPV4_DEVCONF_SECURE_REDIRECTS, "secure_redirects", kOr, 0, false},
    {IPV4_DEVCONF_SEND_REDIRECTS, "send_redirects", kOr, 0, false},
    {IPV4_DEVCONF_SHARED_MEDIA, "shared_media", kOr, 0, false},
    {IPV4_DEVCONF_RP_FILTER, "rp_filter", kMax, NETCONFA_RP_FILTER, false},
    {IPV4_DEVCONF_ACCEPT_SOURCE_ROUTE, "accept_source_route", kAnd, 0, false},
    {IPV4_DEVCONF_BOOTP_RELAY, "bootp_relay", kAnd, 0, false},
    {IPV4_DEVCONF_LOG_MARTIANS, "log_martians", kOr, 0, false},
    {IPV4_DEVCONF_TAG, "tag", kDevice, 0, false},
    {IPV4_DEVCONF_ARPFILTER, "arp_filter", kOr, 0, false},
    {IPV4_DEVCONF_MEDIUM_ID, "medium_id", kDevice, 0, false},
    {IPV4_DEVCONF_NOXFRM, "disable_xfrm", kOr, 0, false},
    {IPV4_DEVCONF_NOPOLICY, "disable_policy", kOr, 0, false},
    {IPV4_DEVCONF_FORCE_IGMP_VERSION, "force_igmp_version", kDevice, 0, false},
    {IPV4_DEVCONF_ARP_ANNOUNCE, "arp_announce", kMax, 0, false},
    {IPV4_DEVCONF_ARP_IGNORE, "arp_ignore", kMax, 0, false},
    {IPV4_DEVCONF_PROMOTE_SECONDARIES, "promote_secondaries", kOr, 0, false},
    {IPV4_DEVCONF_ARP_ACCEPT, "arp_accept", kMax, 0, false},
    {IPV4_DEVCONF_ARP_NOTIFY, "arp_notify", kMax, 0, false},
    {IPV4_DEVCONF_ACCEPT_LOCAL, "accept_local", kOr, 0, false},
    {IPV4_DEVCONF_SRC_VMARK, "src_valid_mark", kOr, 0, false},
    {IPV4_DEVCONF_PROXY_ARP_PVLAN, "proxy_arp_pvlan", kOr, 0, false},
    {IPV4_DEVCONF_ROUTE_LOCALNET, "route_localnet", kOr, 0, false},
    {IPV4_DEVCONF_IGMPV2_UNSOLICITED_REPORT_INTERVAL, "igmpv2_unsolicited_report_interval", kDevice,
     0, false},
    {IPV4_DEVCONF_IGMPV3_UNSOLICITED_REPORT_INTERVAL, "igmpv3_unsolicited_report_interval", kDevice,
     0, false},
    {IPV4_DEVCONF_IGNORE_ROUTES_WITH_LINKDOWN, "ignore_routes_with_linkdown", kOr,
     NETCONFA_IGNORE_ROUTES_WITH_LINKDOWN, false},
    {IPV4_DEVCONF_DROP_UNICAST_IN_L2_MULTICAST, "drop_unicast_in_l2_multicast", kOr, 0, false},
    {IPV4_DEVCONF_DROP_GRATUITOUS_ARP, "drop_gratuitous_arp", kOr, 0, false},
    {IPV4_DEVCONF_BC_FORWARDING, "bc_forwarding", kAnd, NETCONFA_BC_FORWARDING, false},
    {IPV4_DEVCONF_ARP_EVICT_NOCARRIER, "arp_evict_nocarrier", kAnd, 0, false},
};

}  // namespace

const DevConfValues DevConf::kDefaultInitial = initial_values(false);

DevConf DevConf::all_initial() {
  DevConf c;
  c.block_ = new Block{1, kAllInitial};
  return c;
}

void DevConf::set(int id, int32_t value) {
  if (get(id) == value) return;
  if (!block_ || block_->refs > 1) {
    auto* own = new Block{1, values()};
    release();
    block_ = own;
  }
  block_->values[static_cast<size_t>(id - 1)] = value;
}

void DevConf::release() {
  if (block_ && --block_->refs == 0) delete block_;
}

std::span<const DevConfSpec> dev_conf_specs() { return kSpecs; }

const DevConfSpec* find_dev_conf(std::string_view name) {
  for (const DevConfSpec& s : kSpecs)
    if (s.name == name) return &s;
  return nullptr;
}

const DevConfSpec* find_dev_conf(int id) {
  if (id >= 1 && id <= static_cast<int>(std::size(kSpecs))) return &kSpecs[id - 1];
  return nullptr;
}

}  // namespace unetns
