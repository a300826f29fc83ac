# A port where nobody listens: ECONNREFUSED, told once, and the socket serves again.
. "${0%/*}/../lib.sh"
joined_pair
py a <<'P'
from sockets import *
for where in (HERE, "192.0.2.1", "192.0.2.2"):
    c = tcp(); attempt("blocking to " + where, c.connect, (where, 7000)); say(state(c), polled(c)); attempt("SO_ERROR", c.getsockopt, SOL_SOCKET, SO_ERROR); attempt("getpeername", c.getpeername)
    c = tcp(False); say("not waiting", errno.errorcode[c.connect_ex((where, 7000))]); pause(); say(state(c), polled(c))
    attempt("SO_ERROR", c.getsockopt, SOL_SOCKET, SO_ERROR); attempt("SO_ERROR again", c.getsockopt, SOL_SOCKET, SO_ERROR); say(polled(c))
    attempt("recv", c.recv, 1); attempt("connect", c.connect_ex, (where, 7000)); pause()
    attempt("second connect tells it", c.connect, (where, 7000)); pause(); attempt("third tells the second", c.connect, (where, 7000))
    c = tcp(False); c.connect_ex((where, 7000)); pause(); attempt("recv tells it", c.recv, 1); attempt("once", c.recv, 1)
    c = tcp(False); c.connect_ex((where, 7000)); pause(); attempt("read tells it", os.read, c.fileno(), 1); attempt("once", os.read, c.fileno(), 1)
c = tcp(); attempt("refused", c.connect, ("192.0.2.2", 7000)); attempt("port kept", lambda: c.getsockname()[1] != 0)
with inside("b"): s = listener("192.0.2.2", 7000)
attempt("now there is one", c.connect, ("192.0.2.2", 7000)); say(state(c))
P
