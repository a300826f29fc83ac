# Signals interrupt what waits: EINTR with a handler, or it goes on with SA_RESTART.
. "${0%/*}/../lib.sh"
ip link set lo up
py <<'P'
from sockets import *
import signal as g
libc = ctypes.CDLL(None, use_errno=True); hits = []
g.signal(g.SIGALRM, lambda *_: hits.append(1))
def interrupted(what, f, restart=False):
    g.siginterrupt(g.SIGALRM, not restart); g.setitimer(g.ITIMER_REAL, 0.2); n = f(); e = ctypes.get_errno(); g.setitimer(g.ITIMER_REAL, 0); say(what, "->", errno.errorcode[e] if n < 0 else n)
c, d = joined(); l = listener(); buf = ctypes.create_string_buffer(10)
interrupted("recv", lambda: libc.recv(d.fileno(), buf, 10, 0)); interrupted("read", lambda: libc.read(d.fileno(), buf, 10)); interrupted("accept", lambda: libc.accept(l.fileno(), None, None)); c.setblocking(False)
for _ in range(4):
    try:
        while True: c.send(bytes(65536))
    except BlockingIOError: pause()
c.setblocking(True); interrupted("send", lambda: libc.send(c.fileno(), buf, 10, 0)); interrupted("write", lambda: libc.write(c.fileno(), buf, 10))
x, y = joined(); import threading; threading.Timer(0.6, x.send, [b"abc"]).start(); interrupted("recv, SA_RESTART", lambda: libc.recv(y.fileno(), buf, 10, 0), True); threading.Timer(0.6, lambda: tcp().connect(l.getsockname())).start(); interrupted("accept, SA_RESTART", lambda: libc.accept(l.fileno(), None, None) > 0, True)
y.setsockopt(SOL_SOCKET, SO_RCVTIMEO, struct.pack("ll", 5, 0)); interrupted("recv with SO_RCVTIMEO, SA_RESTART", lambda: libc.recv(y.fileno(), buf, 10, 0), True)
P
