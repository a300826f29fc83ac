# SO_BINDTODEVICE: who listens on one device is reached through it alone.
. "${0%/*}/../lib.sh"
joined_pair
py a <<'P'
from sockets import *
def on(dev): s = tcp(); s.setsockopt(SOL_SOCKET, SO_BINDTODEVICE, dev); return s
s = on(b"v0"); s.bind(("0.0.0.0", 7000)); s.listen(); say(s.getsockopt(SOL_SOCKET, SO_BINDTODEVICE, 16)); attempt("same port, other device", lambda: on(b"lo").bind(("0.0.0.0", 7000))); attempt("same port, no device", tcp().bind, ("0.0.0.0", 7000))
attempt("by loopback", tcp().connect, (HERE, 7000)); attempt("own address", tcp().connect, ("192.0.2.1", 7000))
with inside("b"): c = tcp()
attempt("from the peer", c.connect, ("192.0.2.1", 7000)); d, a = s.accept(); say(shown(a), d.getsockopt(SOL_SOCKET, SO_BINDTODEVICE, 16))
x = on(b"lo"); x.setsockopt(SOL_SOCKET, 21, struct.pack("ll", 0, 300000)); attempt("out of lo", x.connect, ("192.0.2.2", 7000)); attempt("no such device", on, b"nothing"); y = on(b"v0"); y.setsockopt(SOL_SOCKET, SO_BINDTODEVICE, b""); say("taken off", y.getsockopt(SOL_SOCKET, SO_BINDTODEVICE, 16))
P
