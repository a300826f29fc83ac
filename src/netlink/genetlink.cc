#include "netlink/genetlink.h"

#include <linux/genetlink.h>

#include "netlink/netlink_layer.h"
#include "netlink/netlink_socket.h"

namespace unetns {
namespace {

constexpr AttrPolicy kControllerPolicy[] = {
    {CTRL_ATTR_FAMILY_ID, AttrType::kU16},
    {CTRL_ATTR_FAMILY_NAME, AttrType::kNulString, GENL_NAMSIZ},
};
constexpr std::string_view kController = "nlctrl";

void put_controller(NlWriter& out, const DumpHeader& header) {
  const genlmsghdr fixed{.cmd = CTRL_CMD_NEWFAMILY, .version = 2, .reserved = 0};
  out.begin_with(GENL_ID_CTRL, header.flags, header.seq, header.port_id, fixed);
  out.str(CTRL_ATTR_FAMILY_NAME, kController);
  out.u16(CTRL_ATTR_FAMILY_ID, GENL_ID_CTRL);
  out.u32(CTRL_ATTR_VERSION, 2);
  out.u32(CTRL_ATTR_HDRSIZE, 0);
  out.u32(CTRL_ATTR_MAXATTR, CTRL_ATTR_MAX);
  out.end();
}

}  // namespace

Result<Served> GenericNetlink::serve(NlRequest& request) {
  if (request.header.nlmsg_type != GENL_ID_CTRL) return fail(ENOENT);
  UNETNS_ASSIGN(const genlmsghdr fixed, request.fixed<genlmsghdr>());
  if (fixed.cmd != CTRL_CMD_GETFAMILY) return fail(EOPNOTSUPP);
  const uint32_t port = request.socket.port_id();
  NlWriter out;
  if (request.header.nlmsg_flags & NLM_F_DUMP) {
    DumpHeader header{request.header.nlmsg_seq, port, NLM_F_MULTI};
    put_controller(out, header);
    UNETNS_TRY(request.socket.start_dump(header, std::make_unique<SnapshotDump>(out.take())));
    return Served::kDumping;
  }
  UNETNS_ASSIGN(const AttrSet attrs,
                request.attrs(sizeof fixed, kControllerPolicy, Strictness::kLiberal));
  const bool by_id = attrs.has(CTRL_ATTR_FAMILY_ID);
  if (!by_id && !attrs.has(CTRL_ATTR_FAMILY_NAME)) return fail(EINVAL);
  if (by_id && attrs.u16(CTRL_ATTR_FAMILY_ID) != GENL_ID_CTRL) return fail(ENOENT);
  if (const std::string_view name = attrs.str(CTRL_ATTR_FAMILY_NAME);
      !by_id && name != kController) {
    layer_.unsupported("generic netlink family " + std::string(name));
    return fail(ENOENT);
  }
  put_controller(out, {request.header.nlmsg_seq, port, 0});
  request.socket.deliver_reply(out.take());
  return Served::kDone;
}

}  // namespace unetns
