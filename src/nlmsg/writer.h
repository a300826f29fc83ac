// Builds netlink messages and runs of attributes.
#ifndef UNETNS_NLMSG_WRITER_H_
#define UNETNS_NLMSG_WRITER_H_

#include <string_view>

#include "base/bytes.h"

namespace unetns {

// Appends to a growing buffer; padding and lengths are kept right. A message is opened by begin() and
// closed by end(); several may follow each other in one buffer (as in a datagram of a dump).
class NlWriter {
 public:
  // Opens a message: header with these fields, then `fixed` (struct ifinfomsg and the like).
  void begin(uint16_t type, uint16_t flags, uint32_t seq, uint32_t port_id, Bytes fixed = {});
  template <class T>
  void begin_with(uint16_t type, uint16_t flags, uint32_t seq, uint32_t port_id, const T& fixed) {
    begin(type, flags, seq, port_id, bytes_of(fixed));
  }
  void end();
  void cancel();  // drops the open message
  void append_message(Bytes whole);  // one that was built elsewhere, header included

  void put(uint16_t id, Bytes payload);
  void flag(uint16_t id) { put(id, {}); }
  void u8(uint16_t id, uint8_t v) { put(id, bytes_of(v)); }
  void u16(uint16_t id, uint16_t v) { put(id, bytes_of(v)); }
  void u32(uint16_t id, uint32_t v) { put(id, bytes_of(v)); }
  void s32(uint16_t id, int32_t v) { put(id, bytes_of(v)); }
  void u64(uint16_t id, uint64_t v) { put(id, bytes_of(v)); }
  void be16(uint16_t id, uint16_t host) { u16(id, to_be16(host)); }
  void be32(uint16_t id, uint32_t host) { u32(id, to_be32(host)); }
  void str(uint16_t id, std::string_view text);  // with NUL
  template <class T>
  void object(uint16_t id, const T& v) { put(id, bytes_of(v)); }

  // nest_begin returns a mark for nest_end / nest_cancel. NLA_F_NESTED is not set unless `flagged`.
  size_t nest_begin(uint16_t id, bool flagged = false);
  void nest_end(size_t mark);
  void nest_cancel(size_t mark);  // removes the nest and what is in it
  bool nest_empty(size_t mark) const { return buffer_.size() == mark + 4; }

  size_t size() const { return buffer_.size(); }
  void cut(size_t size) { buffer_.resize(size); }  // back to an earlier size(), at a message's border
  Bytes view() const { return buffer_; }
  ByteVector take();  // leaves the writer empty

 private:
  ByteVector buffer_;
  size_t message_ = static_cast<size_t>(-1);
};

}  // namespace unetns

#endif  // UNETNS_NLMSG_WRITER_H_
