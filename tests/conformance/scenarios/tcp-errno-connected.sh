# What each call answers on a connected TCP socket.
. "${0%/*}/../lib.sh"
ip link set lo up
py <<'P'
from sockets import *
c, d = joined()
for s in (c, d):
    attempt("getsockname", s.getsockname); attempt("getpeername", s.getpeername)
    attempt("bind", s.bind, (HERE, 7001)); attempt("bind to any", s.bind, ("0.0.0.0", 0)); attempt("listen", s.listen)
    attempt("connect", s.connect, (HERE, 7000)); attempt("accept", s.accept)
    attempt("sendto elsewhere", s.sendto, b"x", ("192.0.2.9", 7000))
    attempt("recv OOB", s.recv, 1, MSG_OOB)
    attempt("shutdown 3", s.shutdown, 3); attempt("shutdown -1", s.shutdown, -1)
    attempt("SO_ERROR", s.getsockopt, SOL_SOCKET, SO_ERROR)
pause()
for s in (c, d): attempt("recvfrom", s.recvfrom, 10); attempt("empty", s.recv, 10, MSG_DONTWAIT); attempt("nothing asked", s.recv, 0)
P
