# What each call answers after both sides have closed.
. "${0%/*}/../lib.sh"
ip link set lo up
py <<'P'
from sockets import *
import signal as g
g.signal(g.SIGPIPE, g.SIG_IGN)
for who in (0, 1):
    ends = joined()
    ends[0].shutdown(SHUT_WR); pause(); ends[1].shutdown(SHUT_WR); pause()
    s = ends[who]; say("who closed", ("first", "second")[who], state(s))
    attempt("getsockname", s.getsockname); attempt("getpeername", s.getpeername); attempt("recv", s.recv, 1); attempt("read", os.read, s.fileno(), 1)
    attempt("send", s.send, b"x"); attempt("write", os.write, s.fileno(), b"x"); attempt("shutdown", s.shutdown, SHUT_RDWR); attempt("recv OOB", s.recv, 1, MSG_OOB)
    attempt("SO_ERROR", s.getsockopt, SOL_SOCKET, SO_ERROR); attempt("SIOCINQ", inq, s); attempt("SIOCOUTQ", inq, s, SIOCOUTQ)
    attempt("accept", s.accept); attempt("bind", s.bind, (HERE, 7005)); attempt("listen", s.listen); say(state(s))
P
