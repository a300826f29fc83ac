// IFLA_AF_SPEC: per-device settings of an address family, by their numbers (IPV4_DEVCONF_* of
// linux/ip.h).
#include <linux/ip.h>
#include <netinet/in.h>

#include "netlink/rtnetlink/link_changes.h"
#include "netlink/rtnetlink/rtnetlink.h"

namespace unetns {
namespace {

constexpr uint16_t kInetConf = 1;  // IFLA_INET_CONF

// IFLA_INET_CONF of a family's attribute.
Result<AttrSet> conf_of(const AttrSet::Entry& entry, ParseNotes* notes = nullptr) {
  UNETNS_ASSIGN(const AttrSet family,
                parse_attrs(entry.payload, {}, Strictness::kLiberal, entry.offset + 4, notes));
  return parse_nested(family, kInetConf, {}, Strictness::kLiberal);
}

Result<void> check_ipv4(const AttrSet& conf) {
  for (const AttrSet::Entry& setting : conf.entries())
    if (setting.payload.size() < 4 || setting.id < 1 || setting.id > IPV4_DEVCONF_MAX)
      return fail(EINVAL);
  return {};
}

}  // namespace

Result<void> check_af_spec(const Rtnetlink& rt, const NetDevice* dev, const LinkRequest& link,
                           ParseNotes* notes) {
  UNETNS_ASSIGN(const AttrSet spec,
                parse_nested(link.attrs, IFLA_AF_SPEC, {}, Strictness::kLiberal));
  for (const AttrSet::Entry& entry : spec.entries()) {
    if (entry.id == AF_BRIDGE) return fail(EOPNOTSUPP);  // has settings of ports, set elsewhere
    const InetControl* control = rt.inet(entry.id);
    if (!control || !dev || control->devconf(*dev).empty()) return fail(EAFNOSUPPORT);
    if (entry.id != AF_INET) return fail(EOPNOTSUPP);
    UNETNS_ASSIGN(const AttrSet conf, conf_of(entry, notes));
    UNETNS_TRY(check_ipv4(conf));
  }
  return {};
}

Result<bool> apply_af_spec(Rtnetlink& rt, NetDevice& dev, const LinkRequest& link) {
  UNETNS_ASSIGN(const AttrSet spec,
                parse_nested(link.attrs, IFLA_AF_SPEC, {}, Strictness::kLiberal));
  for (const AttrSet::Entry& entry : spec.entries()) {
    UNETNS_ASSIGN(const AttrSet conf, conf_of(entry));
    for (const AttrSet::Entry& setting : conf.entries())
      rt.inet(entry.id)->conf_put(dev, setting.id, load<int32_t>(setting.payload.data()));
  }
  return !spec.entries().empty();
}

}  // namespace unetns
