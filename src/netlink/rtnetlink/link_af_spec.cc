// IFLA_AF_SPEC: per-device settings of an address family, by their numbers (IPV4_DEVCONF_* of
// linux/ip.h).
#include <linux/ip.h>
#include <netinet/in.h>

#include <array>

#include "netlink/rtnetlink/link_changes.h"
#include "netlink/rtnetlink/rtnetlink.h"

namespace unetns {
namespace {

constexpr uint16_t kInetConf = 1;  // IFLA_INET_CONF

// Names under /proc/sys/net/ipv4/conf of the numbers, from IPV4_DEVCONF_FORWARDING (1) on.
constexpr std::array kIpv4Names = {
    "forwarding",
    "mc_forwarding",
    "proxy_arp",
    "accept_redirects",
    "secure_redirects",
    "send_redirects",
    "shared_media",
    "rp_filter",
    "accept_source_route",
    "bootp_relay",
    "log_martians",
    "tag",
    "arp_filter",
    "medium_id",
    "disable_xfrm",
    "disable_policy",
    "force_igmp_version",
    "arp_announce",
    "arp_ignore",
    "promote_secondaries",
    "arp_accept",
    "arp_notify",
    "accept_local",
    "src_valid_mark",
    "proxy_arp_pvlan",
    "route_localnet",
    "igmpv2_unsolicited_report_interval",
    "igmpv3_unsolicited_report_interval",
    "ignore_routes_with_linkdown",
    "drop_unicast_in_l2_multicast",
    "drop_gratuitous_arp",
    "bc_forwarding",
    "arp_evict_nocarrier",
};
static_assert(kIpv4Names.size() == IPV4_DEVCONF_MAX);

Result<void> apply_ipv4(InetControl& control, NetDevice& dev, const AttrSet& conf) {
  for (const AttrSet::Entry& setting : conf.entries()) {
    if (setting.payload.size() < 4 || setting.id < 1 || setting.id > kIpv4Names.size())
      return fail(EINVAL);
    UNETNS_TRY(control.conf_set(dev.net(), dev.name(), kIpv4Names[setting.id - 1],
                                load<int32_t>(setting.payload.data())));
  }
  return {};
}

}  // namespace

Result<void> apply_af_spec(Rtnetlink& rt, NetDevice& dev, const LinkRequest& link) {
  UNETNS_ASSIGN(const AttrSet spec,
                parse_nested(link.attrs, IFLA_AF_SPEC, {}, Strictness::kLiberal));
  for (const AttrSet::Entry& entry : spec.entries()) {
    InetControl* control = rt.inet(entry.id);
    if (!control) return fail(EAFNOSUPPORT);
    if (entry.id != AF_INET) return fail(EOPNOTSUPP);
    UNETNS_ASSIGN(const AttrSet family,
                  parse_attrs(entry.payload, {}, Strictness::kLiberal, entry.offset + 4));
    UNETNS_ASSIGN(const AttrSet conf, parse_nested(family, kInetConf, {}, Strictness::kLiberal));
    UNETNS_TRY(apply_ipv4(*control, dev, conf));
  }
  return {};
}

}  // namespace unetns
