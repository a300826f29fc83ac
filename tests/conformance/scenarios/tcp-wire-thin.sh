# needs: tun
# Timeouts of thin streams: tcp_thin_linear_timeouts, TCP_THIN_LINEAR_TIMEOUTS.
. "${0%/*}/../lib.sh"
py <<'P'
from tcpwire import *
w = Wire(); l = w.listener(SO_SNDBUF=1 << 20)
def lost(what, segments, size=100, **on):
    s, f = w.accepted(l, FULL, 0.02)
    for n, v in on.items(): s.setsockopt(IPPROTO_TCP, {"TCP_THIN_LINEAR_TIMEOUTS": 16}[n], v)
    w.act(s.send, bytes(size)); f.told(what, 6, segments); told_info(s, "backoff retransmits unacked"); f.over(s)
lost("one segment", 4)
put("tcp_thin_linear_timeouts", 1); say("tcp_thin_linear_timeouts 1")
lost("one segment", 4); lost("four segments", 7, 5600); lost("three", 6, 4300)
put("tcp_thin_linear_timeouts", 0)
lost("TCP_THIN_LINEAR_TIMEOUTS", 9, TCP_THIN_LINEAR_TIMEOUTS=1)
P
