# TCP_CORK, MSG_MORE and TCP_NODELAY: what of a short write goes out at once.
. "${0%/*}/../lib.sh"
ip link set lo up
py <<'P'
from sockets import *
def arrived(d): pause(0.03); return inq(d)
c, d = joined(); c.setsockopt(IPPROTO_TCP, TCP_CORK, 1); c.send(b"a" * 10); say("corked", arrived(d)); c.send(b"b" * 10); say("still", arrived(d)); c.setsockopt(IPPROTO_TCP, TCP_CORK, 0); say("uncorked", arrived(d))
c, d = joined(); c.send(b"a" * 10, MSG_MORE); say("MSG_MORE", arrived(d)); c.send(b"b" * 5); say("without", arrived(d)); c.send(b"c", MSG_MORE); pause(0.4); say("after 0.2 s it goes anyway", arrived(d))
c, d = joined(); c.send(b"a" * 10, MSG_MORE); c.close(); say("close pushes", received(d, 100))
c, d = joined(); c.setsockopt(IPPROTO_TCP, TCP_CORK, 1); c.send(b"x"); c.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1); say("TCP_NODELAY pushes", arrived(d)); c.send(b"y"); say("corked still", arrived(d)); pause(0.4); say("but not for ever", arrived(d))
P
