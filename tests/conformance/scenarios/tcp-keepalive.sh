# Keep-alive ends a connection whose peer is gone, with ETIMEDOUT.
. "${0%/*}/../lib.sh"
joined_pair
py a <<'P'
from sockets import *
with inside("b"): s = listener("192.0.2.2", 7000)
c = tcp(); c.connect(("192.0.2.2", 7000)); d, _ = s.accept()
c.setsockopt(SOL_SOCKET, SO_KEEPALIVE, 1); c.setsockopt(IPPROTO_TCP, TCP_KEEPIDLE, 1); c.setsockopt(IPPROTO_TCP, TCP_KEEPINTVL, 1); c.setsockopt(IPPROTO_TCP, TCP_KEEPCNT, 2)
time.sleep(2.5); say("answered", state(c), polled(c)); os.system("ip neigh replace 192.0.2.2 lladdr 02:00:00:00:00:77 dev v0 nud permanent"); t = time.monotonic()
attempt("recv", c.recv, 1); say("after 2 to 4 s", 1.5 < time.monotonic() - t < 5); attempt("then", c.recv, 1); say(state(c), "peer", state(d))
P
