# UDP sockets by python: ports, connect, errors, broadcast, unreachable ports, options, many sizes.
. "${0%/*}/../lib.sh"
ns a b
pair a v0 192.0.2.1/24 b v1 192.0.2.2/24
ip -n a link set lo up
cat > udp.py <<'P'
import errno, select, socket
from socket import *
def say(*a): print(*a, flush=True)
def attempt(what, f, *a):
    try:
        say(what, "->", f(*a))
    except OSError as e:
        say(what, "->", errno.errorcode.get(e.errno, e))
def udp():
    s = socket(AF_INET, SOCK_DGRAM); s.settimeout(2); return s
s, c = udp(), udp()
say("fresh", s.getsockname())
s.bind(("127.0.0.1", 5000))
attempt("bind twice", s.bind, ("127.0.0.1", 5001))
attempt("port taken", udp().bind, ("127.0.0.1", 5000))
attempt("any taken", udp().bind, ("0.0.0.0", 5000))
attempt("other address", udp().bind, ("127.0.0.2", 5000))
attempt("not ours", udp().bind, ("10.9.9.9", 5000))
attempt("no peer", c.getpeername)
attempt("send without peer", c.send, b"x")
for n in (0, 1, 1472, 1473, 9000, 65507):
    c.sendto(bytes(n), ("127.0.0.1", 5000))
    say("got", len(s.recvfrom(70000)[0]), "of", n)
attempt("too long", c.sendto, bytes(65508), ("127.0.0.1", 5000))
c.sendto(b"truncated", ("127.0.0.1", 5000))
say(s.recvmsg(4)[::2], MSG_TRUNC)
c.connect(("127.0.0.1", 5000))
say("peer", c.getpeername(), c.getsockname()[0])
c.send(b"one"); c.send(b"two"); c.send(b"")
say(s.recv(10, MSG_PEEK), s.recv(10), s.recv(10), s.recv(10))
s.setblocking(False); attempt("empty", s.recv, 10); s.settimeout(2)
d = udp(); d.connect(("127.0.0.1", 5999))
attempt("first send", d.send, b"x")
attempt("refused", d.recv, 10)
d.setblocking(False); attempt("and then", d.recv, 10)
attempt("no route", udp().connect, ("10.9.9.9", 1))
attempt("no route", udp().sendto, b"x", ("10.9.9.9", 1))
attempt("port 0", udp().sendto, b"x", ("127.0.0.1", 0))
attempt("broadcast", udp().sendto, b"x", ("192.0.2.255", 1))
b = udp(); b.setsockopt(SOL_SOCKET, SO_BROADCAST, 1)
attempt("broadcast", b.sendto, b"x", ("192.0.2.255", 1))
for level, name in ((SOL_SOCKET, "SO_TYPE"), (SOL_SOCKET, "SO_PROTOCOL"), (SOL_SOCKET, "SO_DOMAIN"), (SOL_SOCKET, "SO_REUSEADDR"), (SOL_SOCKET, "SO_BROADCAST"), (IPPROTO_IP, "IP_TTL"), (IPPROTO_IP, "IP_TOS"), (IPPROTO_IP, "IP_MULTICAST_TTL"), (IPPROTO_IP, "IP_MULTICAST_LOOP"), (SOL_SOCKET, "SO_ERROR"), (SOL_SOCKET, "SO_ACCEPTCONN")):
    say(name, c.getsockopt(level, globals()[name]))
attempt("ttl 0", c.setsockopt, IPPROTO_IP, IP_TTL, 0)
attempt("ttl 256", c.setsockopt, IPPROTO_IP, IP_TTL, 256)
attempt("to device", c.setsockopt, SOL_SOCKET, SO_BINDTODEVICE, b"v0\0")
attempt("to no device", c.setsockopt, SOL_SOCKET, SO_BINDTODEVICE, b"nothing\0")
r1, r2 = udp(), udp()
for r in (r1, r2): r.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1); r.bind(("127.0.0.1", 5005))
say("two on one port", r1.getsockname() == r2.getsockname())
attempt("listen", c.listen)
c.setblocking(False); attempt("accept", c.accept)
attempt("shutdown", udp().shutdown, SHUT_RDWR)
say(select.select([s], [s], [], 0)[1] == [s], select.select([s], [], [], 0)[0])
low = udp(); low.bind(("", 0)); say("range", 32768 <= low.getsockname()[1] <= 60999)
P
t ip netns exec a python3 -u udp.py
cat > peer.py <<'P'
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.settimeout(3)
s.bind(("0.0.0.0", 6000)); open("bound", "w").write("x")
for _ in range(3):
    data, peer = s.recvfrom(70000)
    s.sendto(b"%d bytes" % len(data), peer)
import time; time.sleep(1.5)  # the fourth is never answered
P
cat > asker.py <<'P'
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.settimeout(1); s.connect(("192.0.2.2", 6000))
for n in (1, 1000, 10000):
    s.send(bytes(n)); print(s.recv(100), s.getsockname()[0])
s.send(b"x")
try: print(s.recv(100))
except OSError as e: print(type(e).__name__)
P
ip netns exec b python3 peer.py &
await test -s bound
t ip netns exec a python3 -u asker.py
wait
