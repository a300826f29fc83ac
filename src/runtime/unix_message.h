// Messages that are sent and received on a program's own UNIX socket in its place.
#ifndef UNETNS_RUNTIME_UNIX_MESSAGE_H_
#define UNETNS_RUNTIME_UNIX_MESSAGE_H_

#include <sys/socket.h>
#include <sys/un.h>

#include <optional>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "host/unique_fd.h"
#include "runtime/call.h"
#include "runtime/process_table.h"
#include "runtime/unix_names.h"

namespace unetns {

// A name as the host's kernel takes it.
class HostName {
 public:
  explicit HostName(std::string_view path) {
    name_.sun_family = AF_UNIX;
    length_ = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) +
                                     path.copy(name_.sun_path, sizeof name_.sun_path));
  }
  const sockaddr* address() const { return reinterpret_cast<const sockaddr*>(&name_); }
  socklen_t length() const { return length_; }

 private:
  sockaddr_un name_{};
  socklen_t length_ = 0;
};

// What a call says of its message; all pointers are the program's.
struct MessageCall {
  // Of sendmsg(2) and recvmsg(2).
  explicit MessageCall(const msghdr& m) : header(m) {}
  // Of sendto(2) and recvfrom(2).
  MessageCall(uint64_t data, size_t size, uint64_t name, socklen_t name_length)
      : only(iovec{reinterpret_cast<void*>(data), size}) {
    header.msg_name = reinterpret_cast<void*>(name);
    header.msg_namelen = name_length;
  }
  Result<std::vector<iovec>> vec(const ProgramMemory& memory) const;
  msghdr header{};
  std::optional<iovec> only;
};

// What a program wants to send: data, and descriptors as ours.
class UnixMessage {
 public:
  static Result<UnixMessage> read(const Call& c, const Thread& t, const MessageCall& m);
  Result<size_t> send(int socket, const HostName& to, int flags) const;  // never waits

 private:
  ByteVector data_, control_;
  std::vector<UniqueFd> descriptors_;
};

// Receives a datagram and lays it into the program's memory; the header is updated as by
// recvmsg(2). Never waits.
Result<size_t> receive_unix(const Call& c, const UnixNames& names, int socket, MessageCall& m,
                            int flags);

// As much of the name as there is room for.
Result<void> write_unix_name(const Call& c, std::string_view name, uint64_t address, size_t room);
// Into the table of the program; its number there.
Result<int> install_descriptor(const Call& c, int fd, bool cloexec);

}  // namespace unetns

#endif  // UNETNS_RUNTIME_UNIX_MESSAGE_H_
