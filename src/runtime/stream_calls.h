// What notified calls do on streams: connect(2), accept(2), and the sends and receives that the
// pair can't serve natively.
#ifndef UNETNS_RUNTIME_STREAM_CALLS_H_
#define UNETNS_RUNTIME_STREAM_CALLS_H_

#include "runtime/socket_target.h"
#include "runtime/supervisor.h"

namespace unetns {

Outcome stream_install(Supervisor& s, std::unique_ptr<Socket> socket, int flags);
Outcome stream_connect(Supervisor& s, Thread& t, Call& c, const SocketTarget& target, Bytes name);
// The same to AF_UNSPEC.
Outcome stream_disconnect(Supervisor& s, Thread& t, Call& c, const SocketTarget& target,
                          Bytes name);
// Puts a new pair in the place of one that served to tell a failure, or holds what was. Returns the
// program's end.
Result<UniqueFd> stream_fresh_pair(Call& c, const SocketTarget& target);
Outcome stream_accept(Supervisor& s, Thread& t, Call& c, const SocketTarget& target);
Outcome stream_error(Call& c, const SocketTarget& target, int room);  // getsockopt of SO_ERROR
Outcome stream_sendto(Supervisor& s, Thread& t, Call& c, const SocketTarget& target);
Outcome stream_sendmsg(Supervisor& s, Thread& t, Call& c, const SocketTarget& target);
Outcome stream_recvfrom(Supervisor& s, Thread& t, Call& c, const SocketTarget& target);
Outcome stream_recvmsg(Supervisor& s, Thread& t, Call& c, const SocketTarget& target);
Outcome stream_sendmmsg(Supervisor& s, Thread& t, Call& c, const SocketTarget& target);
Outcome stream_recvmmsg(Supervisor& s, Thread& t, Call& c, const SocketTarget& target);

}  // namespace unetns

#endif  // UNETNS_RUNTIME_STREAM_CALLS_H_
