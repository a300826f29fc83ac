# Megabytes both ways at once arrive whole, in order, through small buffers as well.
. "${0%/*}/../lib.sh"
joined_pair
py a <<'P'
from sockets import *
import threading, hashlib
def both(c, d, size):
    out = {}
    def pump(a, b, name, seed):
        data = hashlib.shake_128(seed).digest(size); w = threading.Thread(target=lambda: (a.sendall(data), a.shutdown(SHUT_WR))); w.start(); out[name] = received(b, size + 1) == data; w.join()
    ts = [threading.Thread(target=pump, args=x) for x in ((c, d, "there", b"1"), (d, c, "back", b"2"))]; [t.start() for t in ts]; [t.join() for t in ts]; return sorted(out.items())
for what, opts in (("plain", {}), ("small buffers", {SO_SNDBUF: 4096, SO_RCVBUF: 4096}), ("large", {SO_SNDBUF: 1000000, SO_RCVBUF: 1000000})):
    with inside("b"): s = tcp()
    c = tcp()
    for o, v in opts.items(): s.setsockopt(SOL_SOCKET, o, v); c.setsockopt(SOL_SOCKET, o, v)
    s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1); s.bind(("192.0.2.2", 7000)); s.listen(); c.connect(("192.0.2.2", 7000)); d, _ = s.accept(); s.close(); say(what, both(c, d, 200000 if opts.get(SO_SNDBUF) == 4096 else 4000000)); d.close(); c.close()
P
