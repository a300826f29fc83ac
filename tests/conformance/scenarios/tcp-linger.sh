# SO_LINGER: read back; with 0 a close resets; with a time a close waits for what is unsent.
. "${0%/*}/../lib.sh"
ip link set lo up
py <<'P'
from sockets import *
c, d = joined()
def linger(s): return struct.unpack("ii", s.getsockopt(SOL_SOCKET, SO_LINGER, 8))
say("default", linger(c)); c.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 5)); say("set", linger(c)); c.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 7, 0)); say("zero", linger(c))
attempt("too short", c.setsockopt, SOL_SOCKET, SO_LINGER, struct.pack("i", 1))
c.send(b"unread"); pause(); c.close(); pause(); say("peer of linger 0", state(d), polled(d)); attempt("recv", d.recv, 100); attempt("then", d.recv, 100)
c, d = joined(); c.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 3)); c.send(b"data"); t = time.monotonic(); c.close(); say("nothing outstanding: at once", time.monotonic() - t < 1); say(d.recv(10), d.recv(10))
c, d = joined(); c.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 1)); c.setblocking(False)
try:
    while True: c.send(bytes(65536))
except BlockingIOError: pass
c.setblocking(True); t = time.monotonic(); c.close(); say("peer does not read: waits a second", 0.8 < time.monotonic() - t < 4)
s = listener(); c = tcp(); c.connect(s.getsockname()); c.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0)); c.close(); pause(); got = attempt("reset before accept", s.accept); attempt("then recv", lambda: got[0].recv(1)) if got else None
P
