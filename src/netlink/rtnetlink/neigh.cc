// RTM_{NEW,DEL,GET}NEIGH, for all families alike (ip-neighbour(8)).
#include <linux/neighbour.h>

#include <algorithm>

#include "netlink/rtnetlink/fill.h"
#include "netlink/rtnetlink/handlers.h"
#include "netlink/rtnetlink/rtnetlink.h"

namespace unetns {
namespace {

constexpr uint32_t kNtfExtMask = 5;  // NTF_EXT_MANAGED, NTF_EXT_EXT_VALIDATED
constexpr uint16_t kNdaMax = 17;     // NDA_NDM_FLAGS_MASK

constexpr AttrPolicy kNeighPolicy[] = {
    {0, AttrType::kStrictFrom, 0, NDA_NH_ID},
    {NDA_DST, AttrType::kBinary, 32},
    {NDA_LLADDR, AttrType::kBinary, 32},
    {NDA_CACHEINFO, AttrType::kBinary, 0, sizeof(nda_cacheinfo)},
    {NDA_PROBES, AttrType::kU32},
    {NDA_VLAN, AttrType::kU16},
    {NDA_PORT, AttrType::kBe16},
    {NDA_VNI, AttrType::kU32},
    {NDA_IFINDEX, AttrType::kU32},
    {NDA_MASTER, AttrType::kU32},
    {NDA_PROTOCOL, AttrType::kU8},
    {NDA_NH_ID, AttrType::kU32},
    {NDA_FDB_EXT_ATTRS, AttrType::kNested},
    {NDA_FLAGS_EXT, AttrType::kMask32, kNtfExtMask},
    {kNdaMax, AttrType::kBinary},
};

struct NeighRequest {
  ndmsg header;
  AttrSet attrs;
  NetDevice* dev;  // null: none named
};

Result<NeighRequest> parse(Rtnetlink& rt, const NlRequest& request, PolicyTable policy,
                           const char* short_text) {
  UNETNS_ASSIGN(const ndmsg header, request.fixed<ndmsg>(short_text));
  UNETNS_ASSIGN(AttrSet attrs, request.attrs(sizeof header, policy, Strictness::kLiberal));
  if (!attrs.has(NDA_DST)) return fail(EINVAL, "Network address not specified");
  NetDevice* dev = nullptr;
  if (header.ndm_ifindex) {
    dev = rt.netdevs().by_index(request.net, header.ndm_ifindex);
    if (!dev) return fail(ENODEV);
  }
  return NeighRequest{header, std::move(attrs), dev};
}

size_t key_size(const InetControl& control) { return control.family() == AF_INET ? 4 : 16; }

// What both new and delete say of the entry: the key.
Result<NeighConfig> key_of(const InetControl& control, const NeighRequest& in) {
  const size_t len = key_size(control);
  const Bytes dst = in.attrs.bytes(NDA_DST);
  if (dst.size() < len) return fail(EINVAL, "Invalid network address");
  NeighConfig out;
  out.ifindex = in.header.ndm_ifindex;
  out.dst = *IpAddress::from_bytes(control.family(), dst.first(len));
  out.flags = in.header.ndm_flags;
  out.state = in.header.ndm_state;
  return out;
}

bool proxy(const NeighRequest& in) { return in.header.ndm_flags & NTF_PROXY; }

Result<void> check_get_header(const ndmsg& h) {
  if (h.ndm_pad1 || h.ndm_pad2 || h.ndm_state || h.ndm_type)
    return fail(EINVAL, "Invalid values in header for neighbor get request");
  if (h.ndm_flags & ~NTF_PROXY)
    return fail(EINVAL, "Invalid flags in header for neighbor get request");
  return {};
}

Result<void> check_get_attrs(const AttrSet& attrs) {
  if (!attrs.has(NDA_DST)) return std::unexpected(Error{EINVAL, {}, 0, NDA_DST});
  for (const AttrSet::Entry& entry : attrs.entries())
    if (entry.id != NDA_DST) return fail(EINVAL, "Unsupported attribute in neighbor get request");
  return {};
}

Result<void> check_dump_header(const ndmsg& h) {
  if (h.ndm_pad1 || h.ndm_pad2 || h.ndm_ifindex || h.ndm_state || h.ndm_type)
    return fail(EINVAL, "Invalid values in header for neighbor dump request");
  if (h.ndm_flags & ~NTF_PROXY)
    return fail(EINVAL, "Invalid flags in header for neighbor dump request");
  return {};
}

Result<void> check_dump_attrs(const AttrSet& attrs) {
  for (const AttrSet::Entry& entry : attrs.entries())
    if (entry.id != NDA_IFINDEX && entry.id != NDA_MASTER)
      return fail(EINVAL, "Unsupported attribute in neighbor dump request");
  return {};
}

}  // namespace

Result<void> neigh_new(Rtnetlink& rt, NlRequest& request) {
  UNETNS_ASSIGN(const NeighRequest in, parse(rt, request, kNeighPolicy, "Invalid header length"));
  const Bytes lladdr = in.attrs.bytes(NDA_LLADDR);
  if (in.dev && in.attrs.has(NDA_LLADDR) && lladdr.size() < in.dev->address.len)
    return fail(EINVAL, "Invalid link address");
  InetControl* control = rt.inet(in.header.ndm_family);
  if (!control) return fail(EAFNOSUPPORT);
  UNETNS_ASSIGN(NeighConfig config, key_of(*control, in));
  if (!in.dev && !proxy(in)) return fail(EINVAL, "Device not specified");
  if (in.attrs.has(NDA_LLADDR))
    config.lladdr = LinkLayerAddress::from(
        in.dev ? lladdr.first(std::min<size_t>(in.dev->address.len, lladdr.size())) : lladdr);
  config.protocol = in.attrs.u8(NDA_PROTOCOL);
  config.flags_ext = in.attrs.u32(NDA_FLAGS_EXT);
  return control->neigh_add(request.net, config, request.header.nlmsg_flags);
}

Result<void> neigh_del(Rtnetlink& rt, NlRequest& request) {
  auto parsed = parse(rt, request, {}, "");  // looks for NDA_DST alone
  request.notes = {};
  if (!parsed) return std::unexpected(std::move(parsed.error()));
  const NeighRequest in = std::move(*parsed);
  InetControl* control = rt.inet(in.header.ndm_family);
  if (!control) return fail(EAFNOSUPPORT);
  UNETNS_ASSIGN(const NeighConfig config, key_of(*control, in));
  if (!in.dev && !proxy(in)) return fail(EINVAL);
  return control->neigh_del(request.net, config);
}

Result<void> neigh_get(Rtnetlink& rt, NlRequest& request) {
  UNETNS_ASSIGN(const ndmsg header,
                request.fixed<ndmsg>("Invalid header for neighbor get request"));
  UNETNS_TRY(check_get_header(header));
  if (!header.ndm_ifindex && !(header.ndm_flags & NTF_PROXY))
    return fail(EINVAL, "No device specified");
  UNETNS_ASSIGN(AttrSet attrs, request.attrs(sizeof header, kNeighPolicy, Strictness::kStrict));
  UNETNS_TRY(check_get_attrs(attrs));
  InetControl* control = rt.inet(header.ndm_family);
  if (!control) return fail(EAFNOSUPPORT, "Unsupported family in header for neighbor get request");
  const NeighRequest in{header, std::move(attrs), nullptr};
  if (in.attrs.bytes(NDA_DST).size() != key_size(*control))
    return fail(EINVAL, "Invalid network address in neighbor get request");
  UNETNS_ASSIGN(const NeighConfig key, key_of(*control, in));
  if (header.ndm_ifindex && !rt.netdevs().by_index(request.net, header.ndm_ifindex))
    return fail(ENODEV, "Unknown device ifindex");
  UNETNS_ASSIGN(const NeighInfo found, control->neigh_get(request.net, key));
  NlWriter out;
  fill_neigh(out, control->family(), found, RTM_NEWNEIGH, answer_to(request));
  request.socket.deliver_reply(out.take());
  return {};
}

DumpResult neigh_dump(Rtnetlink& rt, NlRequest& request, DumpHeader& dump) {
  if (request.strict && request.payload().size() < sizeof(ndmsg))
    return fail(EINVAL, "Invalid header for neighbor dump request");
  const auto header = request.lenient_fixed<ndmsg>();
  if (request.strict) UNETNS_TRY(check_dump_header(header));
  auto parsed = request.attrs(sizeof header, kNeighPolicy, request.strictness());
  if (!parsed && request.strict) return std::unexpected(std::move(parsed.error()));
  // Of what can't be read no more is told than that.
  if (!parsed) request.notes.text = "Attribute failed policy validation";
  if (request.payload().size() < sizeof header) request.notes.text = "Invalid header length";
  const AttrSet attrs = parsed ? std::move(*parsed) : AttrSet{};  // unfiltered, then
  if (request.strict) UNETNS_TRY(check_dump_attrs(attrs));
  const bool proxies = header.ndm_flags == NTF_PROXY;
  const int ifindex = attrs.s32(NDA_IFINDEX);
  const int master = attrs.s32(NDA_MASTER);
  DumpHeader header_of_each = dump;  // NLMSG_DONE does not say that it was filtered
  if (ifindex || master) header_of_each.flags |= NLM_F_DUMP_FILTERED;
  NlWriter out;
  for (const InetControl* control : rt.families()) {
    if (header.ndm_family && header.ndm_family != control->family()) continue;
    control->neigh_for_each(request.net, proxies, [&](const NeighInfo& n) {
      if (ifindex && n.config.ifindex != ifindex) return;
      if (master && !(n.dev && n.dev->master && n.dev->master->ifindex() == master)) return;
      fill_neigh(out, control->family(), n, RTM_NEWNEIGH, header_of_each);
    });
  }
  return std::make_unique<SnapshotDump>(out.take());
}

void fill_neigh(NlWriter& out, int family, const NeighInfo& neigh, uint16_t type,
                const DumpHeader& header) {
  const NeighConfig& config = neigh.config;
  ndmsg fixed{};
  fixed.ndm_family = static_cast<uint8_t>(family);
  fixed.ndm_ifindex = config.ifindex;
  fixed.ndm_state = config.state;
  fixed.ndm_flags = config.flags;
  fixed.ndm_type = config.type;
  out.begin_with(type, header.flags, header.seq, header.port_id, fixed);
  out.put(NDA_DST, config.dst.bytes());
  // A proxy entry is its key and no more.
  if (!(config.flags & NTF_PROXY)) {
    if (config.lladdr) out.put(NDA_LLADDR, config.lladdr->view());
    out.u32(NDA_PROBES, neigh.probes);
    out.object(NDA_CACHEINFO, nda_cacheinfo{.ndm_confirmed = neigh.confirmed_cs,
                                            .ndm_used = neigh.used_cs,
                                            .ndm_updated = neigh.updated_cs,
                                            .ndm_refcnt = neigh.refcnt});
  }
  if (config.protocol) out.u8(NDA_PROTOCOL, config.protocol);
  if (config.flags_ext) out.u32(NDA_FLAGS_EXT, config.flags_ext);
  out.end();
}

}  // namespace unetns
