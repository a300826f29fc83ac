// RTM_{NEW,GET}NSID: ids that a namespace gives to others (ip-netns(8)).
#include <linux/capability.h>
#include <linux/net_namespace.h>

#include <algorithm>

#include "netlink/rtnetlink/fill.h"
#include "netlink/rtnetlink/handlers.h"
#include "netlink/rtnetlink/rtnetlink.h"

namespace unetns {
namespace {

constexpr AttrPolicy kNsidPolicy[] = {
    {NETNSA_NSID, AttrType::kS32},
    {NETNSA_PID, AttrType::kU32},
    {NETNSA_FD, AttrType::kU32},
    {NETNSA_TARGET_NSID, AttrType::kS32},
    {NETNSA_CURRENT_NSID, AttrType::kBinary},
};

struct Peer {
  NetRef net;
  uint16_t attr;  // which named it
};

Result<Peer> peer_by_handle(const NlRequest& request, const AttrSet& attrs) {
  const uint16_t id = attrs.has(NETNSA_PID) ? NETNSA_PID : NETNSA_FD;
  if (!attrs.has(id)) return fail(EINVAL, "Peer netns reference is missing");
  auto net = id == NETNSA_PID ? request.caller.net_from_pid(attrs.s32(id))
                              : request.caller.net_from_fd(attrs.s32(id));
  if (!net) return attrs.reject(id, net.error().code, "Peer netns reference is invalid");
  return Peer{std::move(*net), id};
}

Result<Peer> peer_of_question(const Rtnetlink& rt, const NlRequest& request, const AttrSet& attrs) {
  if (attrs.has(NETNSA_PID) || attrs.has(NETNSA_FD) || !attrs.has(NETNSA_NSID))
    return peer_by_handle(request, attrs);
  Net* net = rt.nsids().find(request.net, attrs.s32(NETNSA_NSID));
  if (!net || !net->alive())
    return attrs.reject(NETNSA_NSID, ENOENT, "Peer netns reference is invalid");
  return Peer{NetRef(*net), NETNSA_NSID};
}

// NETNSA_TARGET_NSID: whose ids are asked for.
Result<Net*> target_of(const Rtnetlink& rt, const NlRequest& request, const AttrSet& attrs,
                       const char* text) {
  if (!attrs.has(NETNSA_TARGET_NSID)) return &request.net;
  Net* net = rt.nsids().find(request.net, attrs.s32(NETNSA_TARGET_NSID));
  if (!net || !net->alive()) return attrs.reject(NETNSA_TARGET_NSID, EINVAL, text);
  if (!request.caller.capable(CAP_NET_ADMIN)) return attrs.reject(NETNSA_TARGET_NSID, EACCES, text);
  return net;
}

// The first attribute that is not among `allowed`; null: none.
const AttrSet::Entry* other_than(const AttrSet& attrs, std::initializer_list<uint16_t> allowed) {
  for (const AttrSet::Entry& entry : attrs.entries())
    if (std::find(allowed.begin(), allowed.end(), entry.id) == allowed.end()) return &entry;
  return nullptr;
}

// Attributes follow struct rtgenmsg, one byte padded to four.
Result<AttrSet> parse(const NlRequest& request, Strictness strictness) {
  return request.attrs(sizeof(rtgenmsg), kNsidPolicy, strictness);
}

}  // namespace

Result<void> nsid_new(Rtnetlink& rt, NlRequest& request) {
  UNETNS_ASSIGN(const AttrSet attrs, parse(request, Strictness::kLiberal));
  if (!attrs.has(NETNSA_NSID)) return fail(EINVAL, "nsid is missing");
  UNETNS_ASSIGN(const Peer peer, peer_by_handle(request, attrs));
  if (!request.net.registry().may_allocate()) return fail(ENOMEM);
  auto assigned = rt.nsids().assign(request.net, *peer.net, attrs.s32(NETNSA_NSID));
  if (assigned) return {};
  Error error = std::move(assigned.error());
  const bool peer_has_one = rt.nsids().lookup(request.net, *peer.net) != kNsidUnassigned;
  if (error.code == EEXIST)
    error.offset = attrs.offset(peer_has_one ? peer.attr : uint16_t{NETNSA_NSID});
  return std::unexpected(std::move(error));
}

Result<void> nsid_get(Rtnetlink& rt, NlRequest& request) {
  UNETNS_ASSIGN(const AttrSet attrs, parse(request, request.strictness()));
  if (request.strict && other_than(attrs, {NETNSA_PID, NETNSA_FD, NETNSA_NSID, NETNSA_TARGET_NSID}))
    return fail(EINVAL, "Unsupported attribute in peer netns getid request");
  UNETNS_ASSIGN(const Peer peer, peer_of_question(rt, request, attrs));
  UNETNS_ASSIGN(Net* const target,
                target_of(rt, request, attrs, "Target netns reference is invalid"));
  NlWriter out;
  std::optional<int> current;
  if (attrs.has(NETNSA_TARGET_NSID)) current = rt.nsids().lookup(request.net, *peer.net);
  fill_nsid(out, RTM_NEWNSID, rt.nsids().lookup(*target, *peer.net), answer_to(request), current);
  request.socket.deliver_reply(out.take());
  return {};
}

DumpResult nsid_dump(Rtnetlink& rt, NlRequest& request, DumpHeader& dump) {
  Net* target = &request.net;
  bool current = false;
  if (request.strict) {
    UNETNS_ASSIGN(const AttrSet attrs, parse(request, Strictness::kStrict));
    if (const AttrSet::Entry* bad = other_than(attrs, {NETNSA_TARGET_NSID}))
      return std::unexpected(Error{EINVAL, "Unsupported attribute in dump request", bad->offset});
    UNETNS_ASSIGN(target, target_of(rt, request, attrs, "Invalid target network namespace id"));
    current = attrs.has(NETNSA_TARGET_NSID);
  }
  NlWriter out;
  rt.nsids().for_each(*target, [&](int id, Net& peer) {
    fill_nsid(out, RTM_NEWNSID, id, dump,
              current ? std::optional<int>(rt.nsids().lookup(request.net, peer)) : std::nullopt);
  });
  return std::make_unique<SnapshotDump>(out.take());
}

void fill_nsid(NlWriter& out, uint16_t type, int id, const DumpHeader& header,
               std::optional<int> current) {
  out.begin_with(type, header.flags, header.seq, header.port_id, rtgenmsg{});
  out.s32(NETNSA_NSID, id);
  if (current) out.s32(NETNSA_CURRENT_NSID, *current);
  out.end();
}

}  // namespace unetns
