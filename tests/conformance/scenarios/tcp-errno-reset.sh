# After a reset each call tells it once, and then that the connection has ended.
. "${0%/*}/../lib.sh"
ip link set lo up
py <<'P'
from sockets import *
import signal as g
g.signal(g.SIGPIPE, g.SIG_IGN)
def reset():
    c, d = joined(); d.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0)); d.close(); pause(); return c
for what, f in (("recv", lambda s: s.recv(1)), ("read", lambda s: os.read(s.fileno(), 1)), ("send", lambda s: s.send(b"x")), ("write", lambda s: os.write(s.fileno(), b"x")),
                ("recvmsg", lambda s: s.recvmsg(1)), ("sendmsg", lambda s: s.sendmsg([b"x"])), ("peek", lambda s: s.recv(1, MSG_PEEK)), ("SO_ERROR", lambda s: s.getsockopt(SOL_SOCKET, SO_ERROR)),
                ("shutdown", lambda s: s.shutdown(SHUT_WR)), ("getpeername", lambda s: s.getpeername()), ("getsockname", lambda s: s.getsockname())):
    s = reset(); attempt(what, f, s); attempt("  again", f, s); attempt("  then SO_ERROR", s.getsockopt, SOL_SOCKET, SO_ERROR); say("  ", state(s), polled(s))
P
