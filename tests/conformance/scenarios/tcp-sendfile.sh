# sendfile, splice and tee with TCP sockets.
. "${0%/*}/../lib.sh"
ip link set lo up
py <<'P'
from sockets import *
import threading, hashlib
data = os.urandom(3000000); open("f", "wb").write(data); c, d = joined(); f = open("f", "rb"); got = []
def reader(s, n): t = threading.Thread(target=lambda: got.append(received(s, n))); t.start(); return t
t = reader(d, len(data)); sent = 0
while sent < len(data): sent += os.sendfile(c.fileno(), f.fileno(), sent, len(data) - sent)
t.join(); say("sendfile", got.pop() == data); attempt("past the end", os.sendfile, c.fileno(), f.fileno(), len(data), 10); attempt("out of a socket", os.sendfile, f.fileno(), c.fileno(), None, 10)
r, w = os.pipe(); t = reader(d, 100000); at = 0
while at < 100000:
    n = os.splice(f.fileno(), w, 65536 if 100000 - at > 65536 else 100000 - at, offset_src=at); m = 0
    while m < n: m += os.splice(r, c.fileno(), n - m)
    at += n
t.join(); say("file, pipe, socket", got.pop() == data[:100000]); c.send(b"into a pipe"); pause(); say("socket, pipe", os.splice(d.fileno(), w, 100), os.read(r, 100))
attempt("nothing there", os.splice, d.fileno(), w, 100, None, None, os.SPLICE_F_NONBLOCK) if not d.setblocking(False) else None; c.close(); pause(); attempt("ended", os.splice, d.fileno(), w, 100)
c, d = joined(); d.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0)); d.close(); pause(); attempt("reset", os.sendfile, c.fileno(), f.fileno(), 0, 10)
P
