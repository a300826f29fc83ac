#include "netlink/rtnetlink/rtnetlink.h"

#include <linux/capability.h>

#include <utility>

#include "base/family_name.h"
#include "netlink/netlink_socket.h"
#include "netlink/rtnetlink/handlers.h"
#include "netlink/rtnetlink/message_name.h"

namespace unetns {
namespace {

// rtnetlink message types come in fours: new, delete, get, set.
bool is_get(uint16_t type) { return (type - RTM_BASE) % 4 == 2; }
bool is_delete(uint16_t type) { return (type - RTM_BASE) % 4 == 1; }

const RtCommand* find_command(uint16_t type) {
  for (const RtCommand& c : rtnetlink_commands())
    if (c.type == type) return &c;
  return nullptr;
}

// A dump that failed before its first message.
class EmptyDump final : public NlDump {
 public:
  bool next(NlWriter&, const DumpHeader&) override { return false; }
};

}  // namespace

Rtnetlink::Rtnetlink(NetlinkLayer& layer, NetRegistry& registry, NsidLayer& nsids,
                     NetdevLayer& netdevs, std::vector<InetControl*> families)
    : layer_(layer),
      registry_(registry),
      nsids_(nsids),
      netdevs_(netdevs),
      families_(std::move(families)) {
  std::erase(families_, nullptr);
}

Rtnetlink::~Rtnetlink() { detach(); }

Result<void> Rtnetlink::attach() {
  layer_.add_protocol(*this);
  nsids_.set_events(this);
  netdevs_.set_messages(this);
  for (InetControl* family : families_) family->set_messages(this);
  attached_ = true;
  return {};
}

void Rtnetlink::detach() {
  if (!std::exchange(attached_, false)) return;
  layer_.remove_protocol(*this);
  nsids_.set_events(nullptr);
  netdevs_.set_messages(nullptr);
  for (InetControl* family : families_) family->set_messages(nullptr);
}

InetControl* Rtnetlink::inet(int family) const {
  for (InetControl* control : families_)
    if (control->family() == family) return control;
  return nullptr;
}

Result<Served> Rtnetlink::serve(NlRequest& request) {
  Result<Served> served = handle(request);
  // An error that a dump meets at its start is told by the dump.
  if (!served) note_refusal(request, served.error().code);
  return served;
}

void Rtnetlink::note_refusal(const NlRequest& request, int error) const {
  if (error != EOPNOTSUPP && error != EAFNOSUPPORT) return;
  const uint16_t type = request.header.nlmsg_type;
  const int family = request.payload().empty() ? AF_UNSPEC : request.payload()[0];
  // What is here refuses some things in the same words as Linux.
  if (find_command(type) && (family == AF_UNSPEC || inet(family))) return;
  layer_.unsupported("rtnetlink " + message_name(type) +
                     (family == AF_UNSPEC ? "" : " (family " + family_name(family) + ")"));
}

void Rtnetlink::note_kind(std::string_view kind) const {
  if (!kind.empty()) layer_.unsupported("link kind " + std::string(kind));
}

Result<Served> Rtnetlink::handle(NlRequest& request) {
  const uint16_t type = request.header.nlmsg_type;
  if (type > RTM_MAX) return fail(EOPNOTSUPP);
  if (request.payload().empty()) return Served::kDone;  // not even a struct rtgenmsg: passed over
  if (!is_get(type) && !request.caller.capable(CAP_NET_ADMIN)) return fail(EPERM);
  const RtCommand* command = find_command(type);
  if (!command) return fail(EOPNOTSUPP);

  NlRequest* const outer = std::exchange(current_, &request);
  struct Restore {
    NlRequest*& slot;
    NlRequest* value;
    ~Restore() { slot = value; }
  } restore{current_, outer};

  if (is_get(type) && (request.header.nlmsg_flags & NLM_F_DUMP)) {
    if (!command->dump) return fail(EOPNOTSUPP);
    // Of no family in particular there are none, not all.
    if (type == RTM_GETMULTICAST && !inet(request.payload()[0])) return fail(EOPNOTSUPP);
    DumpHeader header{request.header.nlmsg_seq, request.socket.port_id(), NLM_F_MULTI};
    DumpResult dump = command->dump(*this, request, header);
    if (dump)
      UNETNS_TRY(request.socket.start_dump(header, std::move(*dump), {}, request.notes));
    else {
      note_refusal(request, dump.error().code);
      UNETNS_TRY(request.socket.start_dump(header, std::make_unique<EmptyDump>(),
                                           std::unexpected(std::move(dump.error())),
                                           request.notes));
    }
    return Served::kDumping;
  }
  if (!command->handle) return fail(EOPNOTSUPP);
  const bool of_family = type == RTM_DELADDR || type == RTM_DELROUTE;
  if (is_delete(type) && request.flag(NLM_F_BULK) && !(of_family && !inet(request.payload()[0])))
    return fail(EOPNOTSUPP, "Bulk delete is not supported");
  UNETNS_TRY(command->handle(*this, request));
  return Served::kDone;
}

}  // namespace unetns
