# needs: tun
# Keepalive on the wire: the form of the probes, when they go out, what an answer changes, the reset in the end.
. "${0%/*}/../lib.sh"
py <<'P'
from tcpwire import *
w = Wire(); l = w.listener()
I = "probes backoff unacked retransmits"
s, f = w.accepted(l, FULL); s.send(b"x" * 10); f.send("."); f.forget(); w.acted = time.monotonic(); [s.setsockopt(IPPROTO_TCP, n, 1) for n in (TCP_KEEPIDLE, TCP_KEEPINTVL)]; s.setsockopt(IPPROTO_TCP, TCP_KEEPCNT, 2); s.setsockopt(SOL_SOCKET, SO_KEEPALIVE, 1); f.told("keepalive after 1 s", 1.2); told_info(s, I); f.say("answered", "."); told_info(s, I); f.told("unanswered", 3.3); say(state(s), s.getsockopt(SOL_SOCKET, SO_ERROR)); f.over(s)
P
