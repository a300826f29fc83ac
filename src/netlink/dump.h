// A dump in progress (NLM_F_DUMP): yields messages one by one as the reader makes room.
#ifndef UNETNS_NETLINK_DUMP_H_
#define UNETNS_NETLINK_DUMP_H_

#include <memory>

#include "base/result.h"
#include "nlmsg/writer.h"

namespace unetns {

// What every message of a dump carries.
struct DumpHeader {
  uint32_t seq = 0;
  uint32_t port_id = 0;
  uint16_t flags = 0;  // NLM_F_MULTI, NLM_F_DUMP_FILTERED
};

class NlDump {
 public:
  virtual ~NlDump() = default;
  // Appends one further message; false when there are no more. `flags` of the message: header.flags
  // and, when what is dumped changed since the dump began, NLM_F_DUMP_INTR.
  virtual bool next(NlWriter& out, const DumpHeader& header) = 0;
};

using DumpResult = Result<std::unique_ptr<NlDump>>;

// Messages made when the request came: a consistent picture, cut into datagrams as it is read. For
// tables whose entries are small and have no cursor.
class SnapshotDump final : public NlDump {
 public:
  explicit SnapshotDump(ByteVector messages) : messages_(std::move(messages)) {}
  bool next(NlWriter& out, const DumpHeader& header) override;

 private:
  ByteVector messages_;
  size_t pos_ = 0;
};

}  // namespace unetns

#endif  // UNETNS_NETLINK_DUMP_H_
