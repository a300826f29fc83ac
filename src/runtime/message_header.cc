#include "runtime/message_header.h"

#include <algorithm>

#include "base/bytes.h"

namespace unetns {

Result<MessageHeader> MessageHeader::read(const ProgramMemory& memory, uint64_t at) {
  MessageHeader out;
  out.at = at;
  UNETNS_ASSIGN(out.fields, memory.read_object<msghdr>(at));
  if (out.fields.msg_name && static_cast<int>(out.fields.msg_namelen) < 0) return fail(EINVAL);
  UNETNS_ASSIGN(out.parts, memory.read_iovec(reinterpret_cast<uint64_t>(out.fields.msg_iov),
                                             out.fields.msg_iovlen));
  return out;
}

size_t MessageHeader::size() const {
  size_t total = 0;
  for (const iovec& v : parts) total += v.iov_len;
  return total;
}

size_t MessageHeader::name_length() const {
  return named() ? std::min<size_t>(fields.msg_namelen, kMaxName) : 0;
}

Result<size_t> MessageHeader::control_length() const {
  if (!controlled()) return 0;
  if (fields.msg_controllen > kMaxControl) return fail(ENOBUFS);
  return fields.msg_controllen;
}

// Whole messages as far as they fit, the last one may be cut. Returns MSG_CTRUNC when something is;
// what pads the last one is nothing.
int MessageHeader::fit_control(ByteVector& control) const {
  const size_t room = fields.msg_control ? fields.msg_controllen : 0;
  if (control.size() <= room) return 0;
  for (size_t offset = 0; offset < control.size();) {
    const size_t left = room > offset ? room - offset : 0;
    if (left < sizeof(cmsghdr)) {
      control.resize(std::min(offset, room));
      return MSG_CTRUNC;
    }
    auto h = load<cmsghdr>(control.data() + offset);
    if (left < h.cmsg_len) {
      h.cmsg_len = left;
      store(control.data() + offset, h);
      control.resize(room);
      return MSG_CTRUNC;
    }
    offset += CMSG_ALIGN(h.cmsg_len);
  }
  control.resize(room);
  return 0;
}

Result<size_t> MessageHeader::deliver(const ProgramMemory& memory, const Message& message,
                                      ByteVector control, int flags) {
  std::vector<ProgramMemory::From> pieces;
  const size_t copied = ProgramMemory::scatter_over(parts, message.data, pieces);
  fields.msg_flags = message.flags | (flags & MSG_CMSG_CLOEXEC);
  if (copied < message.data.size()) fields.msg_flags |= MSG_TRUNC;
  if (fields.msg_name) {  // without one msg_namelen stays as it is
    const size_t n = std::min<size_t>(fields.msg_namelen, message.name.len);
    pieces.push_back({name_at(), message.name.view().first(n)});
    fields.msg_namelen = message.name.len;
  }
  fields.msg_flags |= fit_control(control);
  fields.msg_controllen = control.size();
  pieces.push_back({at, bytes_of(fields)});
  if (!control.empty()) {
    pieces.push_back({control_at(), control});
    if (memory.write(pieces)) return copied;
    // Control data that can't be written is left out silently.
    pieces.pop_back();
    fields.msg_controllen = 0;
  }
  UNETNS_TRY(memory.write(pieces));
  return copied;
}

Result<void> MessageHeader::deliver_rest(const ProgramMemory& memory, ByteVector control,
                                         int flags) {
  msghdr told = fields;
  if (told.msg_name) told.msg_namelen = 0;
  told.msg_flags = flags | fit_control(control);
  told.msg_controllen = control.size();
  if (!control.empty() && !memory.write(control_at(), control)) told.msg_controllen = 0;
  return memory.write_object(at, told);
}

Result<size_t> deliver_by_arguments(const Call& c, const Message& message) {
  const ProgramMemory memory = c.memory();
  const size_t n = std::min<size_t>(c.args[2], message.data.size());
  std::vector<ProgramMemory::From> pieces{{c.args[1], Bytes(message.data).first(n)}};
  const int length = static_cast<int>(message.name.len);
  if (c.args[4]) {
    UNETNS_ASSIGN(const int room, memory.read_object<int>(c.args[5]));
    if (room < 0) return fail(EINVAL);
    const size_t k = std::min<size_t>(static_cast<size_t>(room), message.name.len);
    pieces.push_back({c.args[4], message.name.view().first(k)});
    pieces.push_back({c.args[5], bytes_of(length)});
  }
  UNETNS_TRY(memory.write(pieces));
  return n;
}

}  // namespace unetns
