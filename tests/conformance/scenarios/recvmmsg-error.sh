# What a socket has to tell comes before all else of recvmmsg: before what lies there, and before what is wrong with the call.
. "${0%/*}/../lib.sh"
ip link set lo up
py <<'P'
from sockets import *
def got(what, s, count=2, flags=MSG_DONTWAIT, spoil=None, wait=None):
    m = messages(*[bytes(4)] * count)
    if spoil: spoil(m)
    attempt("recvmmsg " + what, lambda: (n := recvmmsg(s, m, flags, wait), [t[:k] for t, k in zip(m.texts(), lengths(m, n))])[1])
def bad(m): m.base(0, 1)
def long(m): m.set(0, iovlen=1 << 40)
def until_told(s, act=lambda: None):  # the peer is gone, which may be seen a little later
    p = select.poll(); p.register(s, 0)
    for i in range(40):
        act(); pause(0.02)
        if p.poll(0): break
def refused(waiting=0):
    s = socket(AF_INET, SOCK_DGRAM); s.bind((HERE, 0)); peer = socket(AF_INET, SOCK_DGRAM); peer.bind((HERE, 0)); s.connect(peer.getsockname())
    for i in range(waiting): peer.sendto(b"%d" % i, s.getsockname())
    pause(); peer.close()
    until_told(s, lambda: s.send(b"x"))
    return s
for waiting in (0, 2):
    say("# refused, datagrams:", waiting)
    s = refused(waiting); got("first", s); got("then", s); attempt("SO_ERROR", s.getsockopt, SOL_SOCKET, SO_ERROR)
    s = refused(waiting); got("bad pointer", s, spoil=bad); got("then", s)
    s = refused(waiting); got("too many pieces", s, spoil=long); got("then", s)
    s = refused(waiting); got("none", s, 0); got("then", s)
    s = refused(waiting); got("bad time", s, 2, MSG_DONTWAIT, None, (0, 1 << 30)); got("then", s)
    s = refused(waiting); got("error queue", s, 1, MSG_DONTWAIT | MSG_ERRQUEUE); got("then", s)
    s = refused(waiting); got("peek", s, 1, MSG_DONTWAIT | MSG_PEEK); got("then", s, 1, MSG_DONTWAIT | MSG_PEEK)
def gone(unread=False):
    c, d = joined()
    if unread: d.send(b"abcd"); pause()
    d.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0)); d.close()
    until_told(c)
    return c
for unread in (False, True):
    say("# reset, something unread:", unread)
    s = gone(unread); got("first", s, 1); got("then", s, 1); got("last", s, 1)
    s = gone(unread); got("bad pointer", s, 1, spoil=bad); got("then", s, 1)
    s = gone(unread); got("too many pieces", s, 1, spoil=long); got("then", s, 1)
    s = gone(unread); got("none", s, 0); got("then", s, 1); got("last", s, 1)
    s = gone(unread); got("error queue", s, 1, MSG_DONTWAIT | MSG_ERRQUEUE); got("then", s, 1)
say("# refused, stream")
for what, count, spoil in (("first", 1, None), ("bad pointer", 1, bad), ("too many pieces", 1, long), ("none", 0, None)):
    s = tcp(False); attempt("connect", s.connect_ex, (HERE, 1)); pause(); got(what, s, count, spoil=spoil); got("then", s, 1); attempt("SO_ERROR", s.getsockopt, SOL_SOCKET, SO_ERROR)
P
