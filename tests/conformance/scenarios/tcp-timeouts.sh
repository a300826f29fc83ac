# SO_RCVTIMEO and SO_SNDTIMEO bound what waits, and read back.
. "${0%/*}/../lib.sh"
ip link set lo up
py <<'P'
from sockets import *
c, d = joined()
def tv(s, o): return struct.unpack("ll", s.getsockopt(SOL_SOCKET, o, 16))
SO_RCVTIMEO_, SO_SNDTIMEO_ = 20, 21
say(tv(c, 20), tv(c, 21))
c.setsockopt(SOL_SOCKET, 20, struct.pack("ll", 0, 200000)); c.setsockopt(SOL_SOCKET, 21, struct.pack("ll", 0, 200000)); say("set", tv(c, 20), tv(c, 21))
def timed(what, f, *a):
    t = time.monotonic(); attempt(what, f, *a); t = time.monotonic() - t; say("  waited about 0.2 s:", 0.15 < t < 1)
timed("recv", c.recv, 1); timed("read", os.read, c.fileno(), 1); timed("recvmsg", c.recvmsg, 1); timed("WAITALL", c.recv, 5, MSG_WAITALL)
d.send(b"abc"); timed("WAITALL with some", c.recv, 5, MSG_WAITALL)
try:
    while True: c.send(bytes(1 << 20))
except OSError as e: say("send until full", name_of(e))
timed("send", c.send, b"x"); timed("write", os.write, c.fileno(), b"x")
s = listener(); s.setsockopt(SOL_SOCKET, 20, struct.pack("ll", 0, 200000)); timed("accept", s.accept)
x = tcp(); x.connect(s.getsockname()); y, _ = s.accept(); say("accepted has", tv(y, 20))
attempt("too many us", c.setsockopt, SOL_SOCKET, 20, struct.pack("ll", 0, 1000000)); c.setsockopt(SOL_SOCKET, 20, struct.pack("ll", -1, 0)); say("negative", tv(c, 20)); attempt("short", c.setsockopt, SOL_SOCKET, 20, struct.pack("i", 1))
P
