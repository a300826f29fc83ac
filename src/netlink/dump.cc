#include "netlink/dump.h"

#include <linux/netlink.h>

namespace unetns {

bool SnapshotDump::next(NlWriter& out, const DumpHeader&) {
  if (pos_ >= messages_.size()) return false;
  const auto length = load<uint32_t>(messages_.data() + pos_);
  out.append_message(Bytes(messages_).subspan(pos_, length));
  pos_ += NLMSG_ALIGN(length);
  return true;
}

}  // namespace unetns
