// RTM_{NEW,DEL}ADDR and the dump, for all families alike (ip-address(8)).
#include "netlink/rtnetlink/addr_dump.h"
#include "netlink/rtnetlink/fill.h"
#include "netlink/rtnetlink/handlers.h"
#include "netlink/rtnetlink/link_policy.h"
#include "netlink/rtnetlink/rtnetlink.h"

namespace unetns {
namespace {

constexpr AttrPolicy kAddrPolicy[] = {
    {IFA_ADDRESS, AttrType::kU32},
    {IFA_LOCAL, AttrType::kU32},
    {IFA_BROADCAST, AttrType::kU32},
    {IFA_LABEL, AttrType::kString, IFNAMSIZ - 1},
    {IFA_CACHEINFO, AttrType::kBinary, 0, sizeof(ifa_cacheinfo)},
    {IFA_FLAGS, AttrType::kU32},
    {IFA_RT_PRIORITY, AttrType::kU32},
    {IFA_TARGET_NETNSID, AttrType::kS32},
    {IFA_PROTO, AttrType::kU8},
};
constexpr AttrPolicy kAddr6Policy[] = {
    {IFA_ADDRESS, AttrType::kBinary, 0, 16},
    {IFA_LOCAL, AttrType::kBinary, 0, 16},
    {IFA_CACHEINFO, AttrType::kBinary, 0, sizeof(ifa_cacheinfo)},
    {IFA_FLAGS, AttrType::kU32},
    {IFA_RT_PRIORITY, AttrType::kU32},
    {IFA_TARGET_NETNSID, AttrType::kS32},
    {IFA_PROTO, AttrType::kU8},
};

PolicyTable policy_of(int family) {
  if (family == AF_INET6) return kAddr6Policy;
  return kAddrPolicy;
}

std::string text_of(int family, const char* text) {
  return std::string(family == AF_INET6 ? "ipv6: " : "ipv4: ") + text;
}

struct AddrRequest {
  InetControl* control;
  ifaddrmsg header;
  AttrSet attrs;
};

// The address of attribute `id`, cut to the family's length; too short a one is refused.
Result<IpAddress> address_attr(const AddrRequest& in, uint16_t id) {
  if (!in.attrs.has(id)) return IpAddress{};
  const size_t len = in.control->family() == AF_INET ? 4 : 16;
  const Bytes bytes = in.attrs.bytes(id);
  if (bytes.size() < len) return in.attrs.reject(id, ERANGE, "Attribute failed policy validation");
  return *IpAddress::from_bytes(in.control->family(), bytes.first(len));
}

Result<AddrRequest> parse(Rtnetlink& rt, const NlRequest& request) {
  InetControl* control = rt.inet(request.payload()[0]);
  if (!control) return fail(EOPNOTSUPP);
  UNETNS_ASSIGN(const ifaddrmsg header, request.fixed<ifaddrmsg>());
  UNETNS_ASSIGN(AttrSet attrs,
                request.attrs(sizeof header, policy_of(control->family()), Strictness::kLiberal));
  return AddrRequest{control, header, std::move(attrs)};
}

Result<AddrConfig> config_of(const AddrRequest& in) {
  AddrConfig out;
  out.ifindex = static_cast<int>(in.header.ifa_index);
  out.prefix_len = in.header.ifa_prefixlen;
  out.scope = in.header.ifa_scope;
  out.flags = in.attrs.u32(IFA_FLAGS, in.header.ifa_flags);
  UNETNS_ASSIGN(out.local, address_attr(in, IFA_LOCAL));
  UNETNS_ASSIGN(out.address, address_attr(in, IFA_ADDRESS));
  UNETNS_ASSIGN(out.broadcast, address_attr(in, IFA_BROADCAST));
  if (in.control->family() == AF_INET6) {  // IPv4 does not know it
    UNETNS_ASSIGN(out.anycast, address_attr(in, IFA_ANYCAST));
  }
  out.label = in.attrs.str(IFA_LABEL);
  out.route_priority = in.attrs.u32(IFA_RT_PRIORITY);
  out.proto = in.attrs.u8(IFA_PROTO);
  return out;
}

Result<void> check_device(Rtnetlink& rt, const NlRequest& request, const AddrRequest& in) {
  if (rt.netdevs().by_index(request.net, static_cast<int>(in.header.ifa_index))) return {};
  return fail(ENODEV, text_of(in.control->family(), "Device not found"));
}

void dump_family(const InetControl& control, const AddrDump& filter, const DumpHeader& header,
                 NlWriter& out) {
  control.addr_for_each(*filter.net, [&](const AddrInfo& addr) {
    if (filter.ifindex && addr.config.ifindex != filter.ifindex) return;
    fill_addr(out, control.family(), addr, RTM_NEWADDR, header, filter.target_nsid);
  });
}

// NETLINK_GET_STRICT_CHK: what the header and attributes of a dump may hold.
Result<void> check_strict_header(const NlRequest& request, int family) {
  const auto header = request.lenient_fixed<ifaddrmsg>();
  if (header.ifa_prefixlen || header.ifa_flags || header.ifa_scope)
    return fail(EINVAL, text_of(family, "Invalid values in header for address dump request"));
  return {};
}

Result<void> check_strict(int family, const AttrSet& attrs) {
  for (const AttrSet::Entry& entry : attrs.entries())
    if (entry.id != IFA_TARGET_NETNSID)
      return fail(EINVAL, text_of(family, "Unsupported attribute in dump request"));
  return {};
}

}  // namespace

Result<void> addr_new(Rtnetlink& rt, NlRequest& request) {
  UNETNS_ASSIGN(const AddrRequest in, parse(rt, request));
  const int family = in.control->family();
  if (in.header.ifa_prefixlen > (family == AF_INET ? 32 : 128))
    return fail(EINVAL, text_of(family, "Invalid prefix length"));
  UNETNS_ASSIGN(AddrConfig config, config_of(in));
  if (!config.local.has_value()) {
    // IPv6 has but one address without a peer and names it either way.
    if (family == AF_INET || !config.address.has_value())
      return fail(EINVAL, text_of(family, "Local address is not supplied"));
    config.local = config.address;
  }
  if (in.attrs.has(IFA_CACHEINFO)) {
    const auto life = load<ifa_cacheinfo>(in.attrs.bytes(IFA_CACHEINFO).data());
    if (!life.ifa_valid || life.ifa_prefered > life.ifa_valid)
      return fail(EINVAL, text_of(family, "address lifetime invalid"));
    config.valid_lft = life.ifa_valid;
    config.preferred_lft = life.ifa_prefered;
  }
  // Linux takes the address 0.0.0.0 for nothing to be done, whatever the device.
  if (family == AF_INET && config.local.is_zero()) return {};
  UNETNS_TRY(check_device(rt, request, in));
  if (!config.address.has_value()) config.address = config.local;
  if (config.label.empty() && family == AF_INET)
    config.label = rt.netdevs().by_index(request.net, config.ifindex)->name();
  return in.control->addr_add(request.net, config, request.header.nlmsg_flags);
}

Result<void> addr_del(Rtnetlink& rt, NlRequest& request) {
  UNETNS_ASSIGN(const AddrRequest in, parse(rt, request));
  UNETNS_TRY(check_device(rt, request, in));
  UNETNS_ASSIGN(const AddrConfig config, config_of(in));
  return in.control->addr_del(request.net, config);
}

Result<AddrDump> addr_dump_of(const Rtnetlink& rt, const NlRequest& request, int family,
                              DumpHeader& dump) {
  AddrDump out{&request.net};
  if (!request.strict) return out;
  UNETNS_TRY(request.fixed<ifaddrmsg>(
      text_of(family, "Invalid header for address dump request").c_str()));
  UNETNS_TRY(check_strict_header(request, family));
  out.ifindex = static_cast<int>(request.lenient_fixed<ifaddrmsg>().ifa_index);
  if (out.ifindex) dump.flags |= NLM_F_DUMP_FILTERED;
  UNETNS_ASSIGN(const AttrSet attrs,
                request.attrs(sizeof(ifaddrmsg), policy_of(family), Strictness::kStrict));
  UNETNS_TRY(check_strict(family, attrs));
  Result<Net*> target = target_net(rt, request, attrs, IFA_TARGET_NETNSID);
  if (!target) return fail(target.error().code, text_of(family, target.error().message.c_str()));
  out.net = *target;
  out.target_nsid = attrs.s32(IFA_TARGET_NETNSID, -1);
  if (out.ifindex && !rt.netdevs().by_index(*out.net, out.ifindex)) return fail(ENODEV);
  return out;
}

DumpResult addr_dump(Rtnetlink& rt, NlRequest& request, DumpHeader& dump) {
  const int family = request.payload()[0];
  InetControl* only = rt.inet(family);
  // An unknown family is all families.
  UNETNS_ASSIGN(const AddrDump what, addr_dump_of(rt, request, only ? family : AF_INET, dump));
  NlWriter out;
  for (const InetControl* control : rt.families())
    if (!only || control == only) dump_family(*control, what, dump, out);
  return std::make_unique<SnapshotDump>(out.take());
}

}  // namespace unetns
