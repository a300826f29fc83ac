# To which addresses a TCP socket connects: own, any, broadcast, multicast, port 0.
. "${0%/*}/../lib.sh"
joined_pair
py a <<'P'
from sockets import *
s = listener("0.0.0.0", 7000)
for where in (HERE, "127.9.9.9", "192.0.2.1", "0.0.0.0"):
    c = tcp(); attempt(where, c.connect, (where, 7000)); attempt("  from", c.getsockname); attempt("  to", c.getpeername)
for where in ("255.255.255.255", "192.0.2.255", "127.255.255.255", "224.0.0.1", "240.0.0.1", "10.9.9.9"):
    c = tcp(); c.setsockopt(SOL_SOCKET, SO_SNDTIMEO, struct.pack("ll", 0, 300000)); attempt(where, c.connect, (where, 7000))
attempt("port 0", tcp().connect, (HERE, 0))
c = tcp(); c.setsockopt(SOL_SOCKET, SO_BROADCAST, 1); attempt("broadcast, permitted", c.connect, ("192.0.2.255", 7000))
P
