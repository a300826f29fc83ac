// What the calls that send and receive one message on a stream (stream_message.cc) and many of them
// (stream_many.cc) have in common.
#ifndef UNETNS_RUNTIME_STREAM_MESSAGE_H_
#define UNETNS_RUNTIME_STREAM_MESSAGE_H_

#include <sys/socket.h>

#include <optional>

#include "runtime/message_header.h"
#include "runtime/socket_target.h"

namespace unetns {

// Flags of which the pair knows nothing, or something else.
inline constexpr int kOwnSend = MSG_OOB | MSG_MORE | MSG_FASTOPEN;

struct StreamSend {
  struct NameAt {  // in the program's memory
    uint64_t address = 0;
    size_t length = 0;
  };
  std::vector<iovec> parts;
  NameAt name, control;
  bool named = false;
  int flags = 0;

  StreamSend() = default;
  static Result<StreamSend> of(MessageHeader&& m, int flags);
  // Must not go through the pair, which would lose what the flags say, refuse the name, or hand on
  // descriptors.
  bool own() const { return (flags & kOwnSend) || named || control.length; }
  // What its control messages ask of SO_TIMESTAMPING.
  std::optional<int> stamps(const Caller& caller, const ProgramMemory& memory) const;

 private:
  StreamSend(MessageHeader&& m, int how);
};

// As a write to a pipe that nobody reads.
Outcome broken_pipe(const Thread& t, int flags);
// What the state of the stream says to a send: an error, or that it must wait. Null: it may be
// done.
std::optional<Outcome> refuse_send(Supervisor& s, Thread& t, Call& c, const SocketTarget& target,
                                   const StreamSend& send);
// Sends past the pair. `sent`: bytes of it that are sent already.
Outcome send_own(Supervisor& s, Thread& t, Call& c, const SocketTarget& target,
                 const StreamSend& send, uint64_t& sent);
// Native: the pair is right.
Outcome receive_stream(Supervisor& s, Call& c, const SocketTarget& target,
                       const std::vector<iovec>& into, int flags);
// Whether recvmsg(2) has control messages to give, so that it can't be native.
bool tells_control(const SocketTarget& target);
// Such a recvmsg(2). `got`: bytes that it has received already.
Outcome receive_and_tell(Supervisor& s, Call& c, const SocketTarget& target, MessageHeader& into,
                         int flags, uint64_t& got);
// recvmsg(2) and recvfrom(2) with MSG_ERRQUEUE. EAGAIN: nothing is queued; they never wait.
Outcome queued_error_to(const Call& c, const SocketTarget& from, MessageHeader& into, int flags);
Outcome queued_error_from(const Call& c, const SocketTarget& from, int flags);

}  // namespace unetns

#endif  // UNETNS_RUNTIME_STREAM_MESSAGE_H_
