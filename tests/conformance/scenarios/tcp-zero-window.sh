# A reader that does not read closes the window; when it reads, all goes on.
. "${0%/*}/../lib.sh"
joined_pair
py a <<'P'
from sockets import *
import hashlib
with inside("b"): s = tcp(); s.setsockopt(SOL_SOCKET, SO_RCVBUF, 10000); s.bind(("192.0.2.2", 7000)); s.listen()
c = tcp(False); c.setsockopt(SOL_SOCKET, SO_SNDBUF, 100000); c.connect_ex(("192.0.2.2", 7000)); d, _ = s.accept(); pause(); n = 0; data = hashlib.shake_128(b"w").digest(3000000)
while n < len(data):
    try: n += c.send(data[n:n + 65536])
    except BlockingIOError: break
pause(0.7); say("stuck", inq(c, SIOCOUTQNSD) > 0, polled(c)); got = bytearray()
d.setblocking(False); end = time.monotonic() + 10
while len(got) < n and time.monotonic() < end:
    try: got += d.recv(100000)
    except BlockingIOError: time.sleep(0.002)
say("all came", bytes(got) == data[:n]); pause(0.3); say(polled(c), inq(c, SIOCOUTQ))
P
