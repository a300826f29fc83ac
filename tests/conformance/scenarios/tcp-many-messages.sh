# sendmmsg and recvmmsg on streams in every state, and with names, control messages and flags.
. "${0%/*}/../lib.sh"
ip link set lo up
py <<'P'
from sockets import *
MSG_WAITFORONE = 0x10000
signal.signal(signal.SIGPIPE, lambda *_: say("SIGPIPE"))
def sent(what, s, *texts, flags=0): m = messages(*texts); attempt("sendmmsg " + what, lambda: (n := sendmmsg(s, m, flags), lengths(m, n))[1])
def got(what, s, count=2, flags=MSG_DONTWAIT, wait=None): m = messages(*[bytes(4)] * count); attempt("recvmmsg " + what, lambda: (n := recvmmsg(s, m, flags, wait), [t[:k] for t, k in zip(m.texts(), lengths(m, n))])[1])
def both(what, s): sent(what, s, b"ab", flags=MSG_DONTWAIT); got(what, s)
def reset(s): s.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0)); s.close(); pause()
both("fresh", tcp()); sent("fresh, quietly", tcp(), b"x", flags=MSG_NOSIGNAL); sent("none", tcp()); got("none", tcp(), 0)
l = listener(); both("listening", l); c = tcp(); c.connect(l.getsockname()); pause(); both("listening with one to accept", l); d = l.accept()[0]; l.setblocking(False); attempt("accept", l.accept)
sent("connected", c, b"ab", b"", b"cde", b"f"); pause(); got("connected", d, 3); got("nothing", d)
sent("with flags", c, b"ab", b"cd", flags=MSG_MORE); sent("the rest", c, b"ef"); pause(); attempt("recv", d.recv, 99)
sent("bad flags", c, b"ab", flags=MSG_ERRQUEUE); got("error queue", d, 1, MSG_DONTWAIT | MSG_ERRQUEUE); d.setblocking(False); attempt("recv", d.recv, 99); d.setblocking(True)
c.send(b"abcdefgh"); pause(); got("peek", d, 2, MSG_DONTWAIT | MSG_PEEK); got("drop", d, 2, MSG_DONTWAIT | MSG_TRUNC); got("after", d)
c.send(b"ab"); pause(); got("wait for one", d, 3, MSG_WAITFORONE); c.send(b"ab"); pause(); d.setsockopt(SOL_SOCKET, SO_RCVTIMEO, struct.pack("ll", 0, 200000)); got("wait", d, 3, 0); c.send(b"ab"); got("bad time", d, 1, 0, (0, 1 << 30)); got("bad time", tcp(), 1, 0, (0, 1 << 30)); got("time", d, 3, 0, (0, 1)); got("bad time", listener(), 1, 0, (-1, 0))
m = messages(b"ab", b"cd"); m.name(0, bytes(16)); m.name(1, b"\2\0\0\1\x7f\0\0\1" + bytes(8)); attempt("named", sendmmsg, c, m); pause(); attempt("recv", d.recv, 99)
m = messages(b"ab", b"cd"); m.control(1, struct.pack("Qii4x", 20, 99, 99)); attempt("control of others", sendmmsg, c, m); pause(); attempt("recv", d.recv, 99)
m = messages(b"ab", b"cd"); m.control(1, struct.pack("Qii4x", 20, SOL_SOCKET, 77)); attempt("unknown control", sendmmsg, c, m); pause(); attempt("recv", d.recv, 99)
m = messages(b"ab", b"cd"); m.base(1, 1); attempt("bad pointer", sendmmsg, c, m); attempt("recv", d.recv, 99); m = messages(b"ab", b"cd"); m.base(0, 1); attempt("bad pointer first", sendmmsg, c, m)
c.shutdown(SHUT_WR); sent("after shutdown", c, b"ab"); got("at the end", d); got("after shutdown", c)
d.shutdown(SHUT_RD); got("shut for reading", d); c.close(); d.close()
c, d = joined(); reset(d); got("reset", c); got("reset", c); sent("reset", c, b"ab"); c.close()
c, d = joined(); reset(d); sent("reset", c, b"ab"); sent("reset", c, b"ab"); got("reset", c); c.close()
c, d = joined(); c.shutdown(SHUT_WR); pause(); reset(d); sent("reset after the end", c, b"ab"); got("reset after the end", c); c.close()
c, d = joined(); c.shutdown(SHUT_RD); d.send(b"abcd"); pause(); got("what came after", c); d.close()
s = tcp(False); attempt("connect", s.connect, ("192.0.2.9", 7000))
c, d = joined(); c.setblocking(False); n = 0
try:
    while True: n += sendmmsg(c, messages(bytes(65536), bytes(65536)))
except OSError as e: say("full", name_of(e), n > 3)
say("# large ones that wait")
import threading
for what, spoil, flags in (("plain", lambda m: 0, 0), ("named", lambda m: m.name(2, bytes(16)), 0), ("controlled", lambda m: m.control(1, struct.pack("Qii4x", 20, 99, 99)), 0), ("more", lambda m: 0, MSG_MORE)):
    c, d = joined(); got = []; text = [bytes([65 + i]) * 300000 for i in range(8)]
    reader = threading.Thread(target=lambda: (pause(0.2), got.append(received(d, 2400000)))); reader.start()
    m = messages(*text); spoil(m); n = sendmmsg(c, m, flags); say(what, n, lengths(m, n)); c.close(); reader.join(); say(got[0] == b"".join(text))
for flags in (0, MSG_MORE):
    signal.signal(signal.SIGALRM, lambda *_: None); c, d = joined(); m = messages(*[bytes(1 << 20)] * 32); signal.setitimer(signal.ITIMER_REAL, 0.3, 0.3); n = sendmmsg(c, m, flags); signal.alarm(0)
    sizes = lengths(m, n); say("interrupted", 0 < n < 32, sizes[:-1] == [1 << 20] * (n - 1), 0 < sizes[-1] <= 1 << 20); c.close(); say("as many came", len(received(d, 32 << 20)) == sum(sizes))
P
