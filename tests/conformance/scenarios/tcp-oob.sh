# Urgent data out of line: one byte, MSG_OOB, SIOCATMARK, POLLPRI.
. "${0%/*}/../lib.sh"
ip link set lo up
py <<'P'
from sockets import *
c, d = joined(); attempt("none sent", d.recv, 1, MSG_OOB)
c.send(b"abc"); c.send(b"X", MSG_OOB); c.send(b"def"); pause()
say(polled(d), polled(d, select.POLLPRI), "select", len(select.select([], [], [d], 0)[2])); say("readable", inq(d), "at mark", inq(d, SIOCATMARK))
say("stops at the mark", d.recv(100), inq(d, SIOCATMARK)); attempt("peek urgent", d.recv, 1, MSG_OOB | MSG_PEEK); attempt("urgent", d.recv, 1, MSG_OOB); attempt("again", d.recv, 1, MSG_OOB)
say("mark still", inq(d, SIOCATMARK), polled(d)); say(d.recv(100), inq(d, SIOCATMARK)); say(polled(d)); attempt("afterwards", d.recv, 1, MSG_OOB)
c.send(b"123", MSG_OOB); pause(); attempt("last byte of several", d.recv, 10, MSG_OOB); say(d.recv(100))
c.send(b"1", MSG_OOB); c.send(b"2", MSG_OOB); pause(); attempt("two: the last", d.recv, 1, MSG_OOB); attempt("the first", d.recv, 10, MSG_DONTWAIT)
attempt("nothing left", d.recv, 1, MSG_DONTWAIT)
c.send(b"a"); c.send(b"U", MSG_OOB); c.send(b"b"); pause(); say(d.recv(10), d.recv(10)); attempt("passed over", d.recv, 1, MSG_OOB)
P
