# A connect that does not wait: EINPROGRESS, then writable, then EISCONN.
. "${0%/*}/../lib.sh"
ip link set lo up
py <<'P'
from sockets import *
s = listener(); c = tcp(False)
say("connect", errno.errorcode.get(c.connect_ex(s.getsockname())))
say("poll", polled(c, select.POLLOUT, 2000)); attempt("SO_ERROR", c.getsockopt, SOL_SOCKET, SO_ERROR)
say("connect again", c.connect_ex(s.getsockname())); say("and again", errno.errorcode.get(c.connect_ex(s.getsockname())))
d, _ = s.accept(); c.send(b"hello"); say(d.recv(9)); attempt("peer", c.getpeername)
c = tcp(); c.connect(s.getsockname()); say("blocking, again", errno.errorcode.get(c.connect_ex(s.getsockname())))
s.accept()
c = tcp(False); c.connect_ex(s.getsockname()); pause(); say("without connect again, send", c.send(b"x")); d, _ = s.accept(); say(d.recv(1)); attempt("now", c.connect, s.getsockname())
P
