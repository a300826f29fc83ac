# TCP_INQ: control messages of recvmsg that say how much more there is to read.
. "${0%/*}/../lib.sh"
ip link set lo up
py <<'P'
from sockets import *
import threading
INQ = 36
def shape(level, kind, data):
    if level == IPPROTO_TCP: return f"inq {kind} {struct.unpack('i', data)[0] if len(data) == 4 else data.hex()}"
    if level == SOL_SOCKET: return f"stamp {kind} {len(data)}"
    return f"{level} {kind} {data.hex()}"
def got(s, n=100, room=200, flags=0):
    try: m = s.recvmsg(n, room, flags)
    except OSError as e: return name_of(e)
    return (len(m[0]) if flags & MSG_TRUNC else m[0], [shape(*c) for c in m[1]], m[2])
c, d = joined(); c.send(b"abcdefghijklm"); pause()
say(got(d, 2)); d.setsockopt(IPPROTO_TCP, INQ, 1); say(got(d, 2), got(d, 2, flags=MSG_PEEK), got(d, 0), got(d, 1, 0), got(d, 1, 12), got(d, 1, 19), got(d, 1, 20), got(d, 1), got(d))
say("empty", got(d, 1, flags=MSG_DONTWAIT), got(d, 0, flags=MSG_DONTWAIT))
c.send(b"0123456789"); pause(); say("trunc", got(d, 4, flags=MSG_TRUNC), "peek trunc", got(d, 4, flags=MSG_TRUNC|MSG_PEEK), got(d, 4))
say("waitall dontwait", got(d, 4, flags=MSG_WAITALL|MSG_DONTWAIT))
threading.Timer(0.1, c.send, (b"late1",)).start(); say("waited", got(d, 3), got(d,3))
c.send(b"123"); threading.Timer(0.1, c.send, (b"4567",)).start(); say("waitall", got(d, 5, flags=MSG_WAITALL), got(d))
c.send(b"123"); threading.Timer(0.1, c.send, (b"4567",)).start(); say("peek waitall", got(d, 5, flags=MSG_WAITALL|MSG_PEEK), got(d))
c.send(b"abc"); c.send(b"U", MSG_OOB); pause(); say("oob", got(d, 100, flags=MSG_OOB)); say(got(d)); c.send(b"xyz"); pause(); say(got(d))
c.send(b"abc"); c.send(b"U", MSG_OOB); c.send(b"def"); pause(); say("across oob", got(d, 2)); say(got(d)); say(got(d, 100, flags=MSG_OOB)); say(got(d))
c.send(b"last"); c.shutdown(SHUT_WR); pause(); say("fin", got(d, 2), got(d, 2), got(d, 2), got(d, 0))
d.setsockopt(IPPROTO_TCP, INQ, 0); say(got(d, 2))
for v in (2, -1): attempt(v, d.setsockopt, IPPROTO_TCP, INQ, v)
say(d.getsockopt(IPPROTO_TCP, INQ))
c, d = joined(); d.setsockopt(IPPROTO_TCP, INQ, 1); c.send(b"last"); pause(); c.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0)); c.close(); pause(); say("reset", got(d, 2), got(d, 2), got(d, 2))
c, d = joined(); d.setsockopt(IPPROTO_TCP, INQ, 1); c.send(b"last"); pause(); d.shutdown(SHUT_RD); say("shut rd", got(d, 2), got(d, 2), got(d, 2)); c.send(b"more"); pause(); say(got(d,2), got(d,2), got(d, 2))
s = socket(); s.setsockopt(IPPROTO_TCP, INQ, 1); say("fresh", got(s)); s.bind(("127.0.0.1", 0)); s.listen(); say("listening", got(s)); e = socket(); e.connect(s.getsockname()); f,_ = s.accept(); say("inherited", f.getsockopt(IPPROTO_TCP, INQ))
say("error queue", got(f, flags=0x2000|MSG_DONTWAIT))
P
