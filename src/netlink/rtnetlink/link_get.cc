// RTM_GETLINK: one device, and the dump of all.
#include <linux/if_arp.h>

#include <algorithm>

#include "netlink/rtnetlink/fill.h"
#include "netlink/rtnetlink/handlers.h"
#include "netlink/rtnetlink/link_policy.h"
#include "netlink/rtnetlink/rtnetlink.h"

namespace unetns {
namespace {

bool header_is_plain(const ifinfomsg& h) {
  return !h.__ifi_pad && !h.ifi_type && !h.ifi_flags && !h.ifi_change;
}

Result<void> only(const AttrSet& attrs, std::initializer_list<uint16_t> allowed, const char* text) {
  for (const AttrSet::Entry& entry : attrs.entries())
    if (std::find(allowed.begin(), allowed.end(), entry.id) == allowed.end())
      return fail(EINVAL, text);
  return {};
}

struct LinkFilter {
  uint32_t master = 0;
  const LinkKind* kind = nullptr;  // one that is not known filters nothing
  int target_nsid = -1;

  bool matches(const NetDevice& dev) const {
    if (master && (!dev.master || static_cast<uint32_t>(dev.master->ifindex()) != master))
      return false;
    return !kind || dev.kind() == kind;
  }
};

// Keeps indexes alone: each message is made when there is room for it, so a dump of many devices
// costs little.
class LinkDump final : public NlDump {
 public:
  LinkDump(const Rtnetlink& rt, Net& net, Net& viewer, LinkFilter filter)
      : rt_(rt), net_(net), viewer_(viewer), filter_(filter), seq_(rt.netdevs().dev_base_seq(net)) {
    rt.netdevs().for_each(net, [&](NetDevice& dev) {
      if (filter_.matches(dev)) indexes_.push_back(dev.ifindex());
    });
  }

  bool next(NlWriter& out, const DumpHeader& header) override {
    while (pos_ < indexes_.size()) {
      NetDevice* dev = rt_.netdevs().by_index(*net_, indexes_[pos_++]);
      if (!dev) continue;  // gone meanwhile
      DumpHeader mine = header;
      if (filter_.master || filter_.kind)
        mine.flags |= NLM_F_DUMP_FILTERED;  // NLMSG_DONE doesn't say
      if (rt_.netdevs().dev_base_seq(*net_) != seq_) mine.flags |= NLM_F_DUMP_INTR;
      fill_link(rt_, out, *dev, mine,
                {.target_nsid = filter_.target_nsid, .viewer = viewer_.get()});
      return true;
    }
    return false;
  }

 private:
  const Rtnetlink& rt_;
  NetRef net_;     // of the devices
  NetRef viewer_;  // of the socket
  LinkFilter filter_;
  int seq_;
  std::vector<int> indexes_;
  size_t pos_ = 0;
};

class NoLinks final : public NlDump {
 public:
  bool next(NlWriter&, const DumpHeader&) override { return false; }
};

}  // namespace

Result<void> link_get(Rtnetlink& rt, NlRequest& request) {
  UNETNS_ASSIGN(const ifinfomsg header, request.fixed<ifinfomsg>("Invalid header for get link"));
  if (request.strict && !header_is_plain(header))
    return fail(EINVAL, "Invalid values in header for get link request");
  UNETNS_ASSIGN(AttrSet attrs, request.attrs(sizeof header, link_policy(), request.strictness()));
  if (request.strict)
    UNETNS_TRY(only(attrs, {IFLA_IFNAME, IFLA_ALT_IFNAME, IFLA_EXT_MASK, IFLA_TARGET_NETNSID},
                    "Unsupported attribute in get link request"));
  UNETNS_TRY(refuse_named_net(attrs));
  Result<Net*> net = target_net(rt, request, attrs, IFLA_TARGET_NETNSID);
  if (!net) return fail(net.error().code);
  LinkRequest link{header, std::move(attrs)};
  UNETNS_ASSIGN(NetDevice * dev, require_device(rt, **net, link));
  NlWriter out;
  fill_link(rt, out, *dev, answer_to(request),
            {.target_nsid = link.attrs.s32(IFLA_TARGET_NETNSID, -1), .viewer = &request.net});
  request.socket.deliver_reply(out.take());
  return {};
}

DumpResult link_dump(Rtnetlink& rt, NlRequest& request, DumpHeader&) {
  if (request.strict) {
    UNETNS_ASSIGN(const ifinfomsg header, request.fixed<ifinfomsg>("Invalid header for link dump"));
    if (!header_is_plain(header))
      return fail(EINVAL, "Invalid values in header for link dump request");
    if (header.ifi_index)
      return fail(EINVAL, "Filter by device index not supported for link dumps");
  }
  // Old programs send a bare struct rtgenmsg.
  const auto header = request.lenient_fixed<ifinfomsg>();
  const size_t head = request.payload().size() < sizeof header ? sizeof(rtgenmsg) : sizeof header;
  auto parsed = request.attrs(head, link_policy(), request.strictness());
  if (!parsed && request.strict) return std::unexpected(std::move(parsed.error()));
  if (!request.strict) request.notes = {};
  const AttrSet attrs = parsed ? std::move(*parsed) : AttrSet{};  // unfiltered, then
  LinkFilter filter;
  if (request.strict)
    UNETNS_TRY(only(attrs, {IFLA_MASTER, IFLA_LINKINFO, IFLA_EXT_MASK, IFLA_TARGET_NETNSID},
                    "Unsupported attribute in link dump request"));
  UNETNS_ASSIGN(Net * net, target_net(rt, request, attrs, IFLA_TARGET_NETNSID));
  filter.target_nsid = attrs.s32(IFLA_TARGET_NETNSID, -1);
  filter.master = attrs.u32(IFLA_MASTER);
  if (attrs.has(IFLA_LINKINFO)) {
    UNETNS_ASSIGN(const AttrSet info,
                  parse_nested_silently(attrs, IFLA_LINKINFO, link_info_policy()));
    filter.kind = rt.netdevs().find_kind(info.str(IFLA_INFO_KIND));
  }
  if (header.ifi_family == AF_BRIDGE) return std::make_unique<NoLinks>();  // no bridge ports here
  return std::make_unique<LinkDump>(rt, *net, request.net, filter);
}

}  // namespace unetns
