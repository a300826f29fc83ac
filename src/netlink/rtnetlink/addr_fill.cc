// RTM_NEWADDR / RTM_DELADDR of one address.
#include <linux/if_addr.h>

#include "netlink/rtnetlink/fill.h"

namespace unetns {
namespace {

void put_address(NlWriter& out, uint16_t id, const IpAddress& address) {
  if (address.has_value() && !address.is_zero()) out.put(id, address.bytes());
}

// IPv6 names its address IFA_ADDRESS, and the peer so when there is one; IPv4 has always both.
void put_addresses(NlWriter& out, int family, const AddrConfig& config) {
  const bool peer = config.address.has_value() && config.address != config.local;
  const IpAddress& far = config.address.has_value() ? config.address : config.local;
  if (family == AF_INET) {
    put_address(out, IFA_ADDRESS, far);
    put_address(out, IFA_LOCAL, config.local);
    return;
  }
  if (peer) put_address(out, IFA_LOCAL, config.local);
  put_address(out, IFA_ADDRESS, far);
}

}  // namespace

void fill_addr(NlWriter& out, int family, const AddrInfo& addr, uint16_t type,
               const DumpHeader& header, int target_nsid) {
  const AddrConfig& config = addr.config;
  const ifaddrmsg fixed{.ifa_family = static_cast<uint8_t>(family),
                        .ifa_prefixlen = config.prefix_len,
                        .ifa_flags = static_cast<uint8_t>(config.flags),
                        .ifa_scope = config.scope,
                        .ifa_index = static_cast<uint32_t>(config.ifindex)};
  const ifa_cacheinfo life{.ifa_prefered = config.preferred_lft,
                           .ifa_valid = config.valid_lft,
                           .cstamp = addr.created_cs,
                           .tstamp = addr.updated_cs};
  out.begin_with(type, header.flags, header.seq, header.port_id, fixed);
  if (target_nsid >= 0) out.s32(IFA_TARGET_NETNSID, target_nsid);
  put_addresses(out, family, config);
  if (family == AF_INET) {
    put_address(out, IFA_BROADCAST, config.broadcast);
    if (!config.label.empty()) out.str(IFA_LABEL, config.label);
    if (config.proto) out.u8(IFA_PROTO, config.proto);
    out.u32(IFA_FLAGS, config.flags);
    if (config.route_priority) out.u32(IFA_RT_PRIORITY, config.route_priority);
    out.object(IFA_CACHEINFO, life);
  } else {
    if (config.route_priority) out.u32(IFA_RT_PRIORITY, config.route_priority);
    out.object(IFA_CACHEINFO, life);
    out.u32(IFA_FLAGS, config.flags);
    if (config.proto) out.u8(IFA_PROTO, config.proto);
  }
  out.end();
}

}  // namespace unetns
