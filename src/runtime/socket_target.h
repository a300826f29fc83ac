// SocketTarget: the stack's socket that a notified call is about.
#ifndef UNETNS_RUNTIME_SOCKET_TARGET_H_
#define UNETNS_RUNTIME_SOCKET_TARGET_H_

#include "runtime/socket_file.h"
#include "runtime/stream_file.h"
#include "runtime/supervisor.h"

namespace unetns {

struct SocketTarget {
  FileRef ref;
  Socket* sock = nullptr;        // null: none of ours, the call runs natively
  SocketFile* file = nullptr;    // of datagrams
  StreamFile* stream = nullptr;  // or of a stream

  // By the descriptor in the call's first argument. What the program wrote natively before is sent
  // first.
  static SocketTarget of(Supervisor& s, Thread& t, const Call& c);
  // The same for calls that a stream serves natively in most cases: that is left alone.
  static SocketTarget for_data(Supervisor& s, Thread& t, const Call& c);
  bool nonblock(const Call& c, int flags) const;  // MSG_DONTWAIT or O_NONBLOCK
  // After a send: its answer is held while its program and the peer take turns. Not of one that has
  // others to serve, or whose peer is not the only one that waits: while several take turns there
  // is always somebody for an idle processor.
  void hold_in_turn(Supervisor& s, const Call& c, int flags) const;
  // Parks the call. Its descriptor may be closed meanwhile: it keeps the program's end.
  Outcome wait(Supervisor& s, Call& c) const;
};

// A call that can't go on now: parks it, unless it must not wait or has waited long enough.
Outcome wait_or(Supervisor& s, Call& c, const SocketTarget& target, int flags, Nanos timeout,
                int code);

}  // namespace unetns

#endif  // UNETNS_RUNTIME_SOCKET_TARGET_H_
