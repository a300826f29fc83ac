// MessageHeader: the struct msghdr of sendmsg(2) and recvmsg(2) in a program's memory, read and
// checked before anything is sent or taken, so that a wrong one loses nothing.
#ifndef UNETNS_RUNTIME_MESSAGE_HEADER_H_
#define UNETNS_RUNTIME_MESSAGE_HEADER_H_

#include <sys/socket.h>

#include <vector>

#include "runtime/call.h"
#include "runtime/program_memory.h"
#include "socket/message.h"

namespace unetns {

struct MessageHeader {
  static constexpr size_t kMaxName = sizeof(sockaddr_storage);
  static constexpr size_t kMaxControl = 20480;  // net.core.optmem_max

  uint64_t at = 0;
  msghdr fields{};
  std::vector<iovec> parts;

  // EFAULT; EINVAL for a name of negative length; what ProgramMemory::read_iovec says.
  static Result<MessageHeader> read(const ProgramMemory& memory, uint64_t at);

  size_t size() const;  // of all parts
  bool named() const { return fields.msg_name && fields.msg_namelen; }
  bool controlled() const { return fields.msg_controllen; }  // no pointer: EFAULT
  uint64_t name_at() const { return reinterpret_cast<uint64_t>(fields.msg_name); }
  uint64_t control_at() const { return reinterpret_cast<uint64_t>(fields.msg_control); }
  // Of a message to be sent: how long a name and how much control data are taken from it. ENOBUFS:
  // too much.
  size_t name_length() const;
  Result<size_t> control_length() const;

  // Lays a received message into the program's memory and tells the header of it. Returns the bytes
  // that found room. `control`: what the socket's options ask for.
  Result<size_t> deliver(const ProgramMemory& memory, const Message& message, ByteVector control,
                         int flags);

  // Tells the header of data that lies there already, and came without a name.
  Result<void> deliver_rest(const ProgramMemory& memory, ByteVector control, int flags);
  Result<void> deliver_none(const ProgramMemory& memory) { return deliver_rest(memory, {}, 0); }

 private:
  int fit_control(ByteVector& control) const;
};

// Lays a received message where the arguments of recvfrom(2) say, as MessageHeader::deliver() does;
// the bytes that found room.
Result<size_t> deliver_by_arguments(const Call& call, const Message& message);

}  // namespace unetns

#endif  // UNETNS_RUNTIME_MESSAGE_HEADER_H_
