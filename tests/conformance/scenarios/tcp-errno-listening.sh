# What each call answers on a listening TCP socket.
. "${0%/*}/../lib.sh"
ip link set lo up
py <<'P'
from sockets import *
import signal as g
g.signal(g.SIGPIPE, g.SIG_IGN)
s = listener(port=7000)
for o in (SO_RCVTIMEO, SO_SNDTIMEO): s.setsockopt(SOL_SOCKET, o, struct.pack("ll", 0, 300000))
attempt("getsockname", s.getsockname); attempt("getpeername", s.getpeername)
attempt("bind", s.bind, (HERE, 7001)); attempt("listen again", s.listen, 3)
attempt("connect", s.connect, (HERE, 7000))
attempt("recv", s.recv, 1); attempt("recv OOB", s.recv, 1, MSG_OOB); attempt("read", os.read, s.fileno(), 1); attempt("send", s.send, b"x"); attempt("write", os.write, s.fileno(), b"x")
attempt("sendto", s.sendto, b"x", (HERE, 7000))
attempt("SIOCINQ", inq, s); attempt("SIOCOUTQ", inq, s, SIOCOUTQ); attempt("SIOCATMARK", inq, s, SIOCATMARK)
attempt("SO_ERROR", s.getsockopt, SOL_SOCKET, SO_ERROR); attempt("SO_ACCEPTCONN", s.getsockopt, SOL_SOCKET, SO_ACCEPTCONN)
s.setblocking(False); attempt("accept", s.accept)
attempt("shutdown WR", s.shutdown, SHUT_WR); say(state(s))
attempt("shutdown RD", s.shutdown, SHUT_RD); say(state(s)); attempt("accept", s.accept)
attempt("getsockname", s.getsockname); attempt("listen once more", s.listen, 3); say(state(s))
c = tcp(); attempt("connect to it", c.connect, (HERE, 7000))
P
