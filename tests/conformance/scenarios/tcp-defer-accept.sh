# TCP_DEFER_ACCEPT: a listener wakes when data has come.
. "${0%/*}/../lib.sh"
ip link set lo up
py <<'P'
from sockets import *
s = tcp(); s.bind((HERE, 0)); s.setsockopt(IPPROTO_TCP, TCP_DEFER_ACCEPT, 3); s.listen(); say(s.getsockopt(IPPROTO_TCP, TCP_DEFER_ACCEPT)); c = tcp(); c.connect(s.getsockname()); pause(); say(state(c), "before data", polled(s))
c.send(b"data"); pause(); say("after", polled(s)); d, _ = s.accept(); say(d.recv(10, MSG_DONTWAIT), d.getsockopt(IPPROTO_TCP, TCP_DEFER_ACCEPT))
s.setblocking(False); c = tcp(); c.connect(s.getsockname()); c.close(); pause(); attempt("closed without data", s.accept)
P
