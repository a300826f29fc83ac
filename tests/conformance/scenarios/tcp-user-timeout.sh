# TCP_USER_TIMEOUT ends a connection whose data goes unacknowledged.
. "${0%/*}/../lib.sh"
joined_pair
py a <<'P'
from sockets import *
with inside("b"): s = listener("192.0.2.2", 7000)
c = tcp(); c.connect(("192.0.2.2", 7000)); d, _ = s.accept(); c.setsockopt(IPPROTO_TCP, 18, 1000); os.system("ip neigh replace 192.0.2.2 lladdr 02:00:00:00:00:77 dev v0 nud permanent")
c.send(b"lost"); t = time.monotonic(); say(polled(c, ASKED & ~select.POLLOUT, 8000)); say("soon", 0.8 < time.monotonic() - t < 4); attempt("recv", c.recv, 1); attempt("send", c.send, b"x")
P
