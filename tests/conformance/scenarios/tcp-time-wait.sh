# TIME-WAIT keeps a port from bind without SO_REUSEADDR, and shows in /proc/net/tcp.
. "${0%/*}/../lib.sh"
ip link set lo up
py <<'P'
from sockets import *
s = listener(port=7000, SO_REUSEADDR=1); c = tcp(); c.connect((HERE, 7000)); d, _ = s.accept()
d.close(); pause(); say(state(c)); c.close(); s.close(); pause(); say(table())
attempt("bind", tcp().bind, (HERE, 7000)); r = tcp(); r.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1); attempt("SO_REUSEADDR", r.bind, (HERE, 7000)); attempt("listen", r.listen)
c = tcp(); c.connect((HERE, 7000)); d, _ = r.accept(); c.send(b"new"); say(d.recv(9)); say(table())
c.close(); pause(); d.close(); pause(); say(table())
P
