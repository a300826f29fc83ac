# SIOCINQ, SIOCOUTQ and SIOCOUTQNSD count what is unread and unacknowledged.
. "${0%/*}/../lib.sh"
ip link set lo up
py <<'P'
from sockets import *
c, d = joined(); say(inq(c), inq(c, SIOCOUTQ), inq(c, SIOCOUTQNSD))
c.send(b"x" * 100); pause(); say("after 100", inq(d), inq(c, SIOCOUTQ), inq(c, SIOCOUTQNSD)); d.recv(30); say("30 read", inq(d)); d.recv(1, MSG_PEEK); say("peeked", inq(d))
c.shutdown(SHUT_WR); pause(); say("after the end", inq(d), inq(c, SIOCOUTQ)); d.recv(100); say("all read", inq(d)); 
c, d = joined(); d.setsockopt(SOL_SOCKET, SO_RCVBUF, 30000)  # else it grows as long as somebody reads
c.setblocking(False); n = 0
try:
    while True: n += c.send(bytes(65536))
except BlockingIOError: pass
pause(0.3); say("full: both queues hold all", inq(d) + inq(c, SIOCOUTQ) == n, "some unsent", inq(c, SIOCOUTQNSD) > 0)
received(d, n); pause(0.3); say("drained", inq(d), inq(c, SIOCOUTQ), inq(c, SIOCOUTQNSD))
P
