# What poll says of a TCP socket in each state.
. "${0%/*}/../lib.sh"
ip link set lo up
py <<'P'
from sockets import *
s = tcp(); say("fresh", polled(s))
s.bind((HERE, 7000)); say("bound", polled(s))
s.listen(4); say("listening", polled(s))
c = tcp(); c.connect((HERE, 7000)); pause(); say("listening, one waits", polled(s))
d, _ = s.accept(); say("listening again", polled(s))
say("established", polled(c), "|", polled(d))
c.send(b"x"); pause(); say("data came", polled(d))
d.recv(1); say("data read", polled(d))
c.shutdown(SHUT_WR); pause(); say("half closed: who closed", state(c), polled(c), "| its peer", state(d), polled(d))
d.shutdown(SHUT_WR); pause(); say("closed both ways: first", state(c), polled(c), "| second", state(d), polled(d))
c, d = joined(); c.shutdown(SHUT_RD); pause(); say("reading shut", state(c), polled(c), "| its peer", state(d), polled(d))
c, d = joined(); c.shutdown(SHUT_RDWR); pause(); say("both shut", state(c), polled(c), "| its peer", state(d), polled(d))
c, d = joined(); d.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0)); d.close(); pause(); say("reset", state(c), polled(c))
attempt("read", c.recv, 1); say("reset, error taken", polled(c))
c, d = joined(); d.send(b"left"); pause(); d.close(); pause(); say("closed, data left", state(c), polled(c))
c.recv(9); say("closed, data read", state(c), polled(c))
n = tcp(False); attempt("connect to nobody", n.connect_ex, (HERE, 7999)); pause(); say("refused", state(n), polled(n))
s.shutdown(SHUT_RD); say("listener shut", state(s), polled(s))
P
