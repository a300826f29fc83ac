# AF_INET6 sockets over IPv4: the address after a refused connection, who rules the loop of multicasts, who of several listeners is chosen, sources that can't be.
. "${0%/*}/../lib.sh"
joined_pair
ip -n a link set lo up
ip -n a route add 224.0.0.0/4 via 192.0.2.2
py a <<'P'
from sockets import *
from inet6 import *
FAMILIES = ((AF_INET, "0.0.0.0", "127.0.0.1"), (AF_INET6, "::", "::ffff:127.0.0.1"))
for family, wildcard, loopback in FAMILIES:
    for port in (0, 7001):
        s = socket(family)
        if port: s.bind((wildcard, port))
        attempt("refused", s.connect, (loopback, 9)); say(own(s), peer(s))
        s.setblocking(False); attempt("again", s.connect, (loopback, 9)); pause(0.02); say(own(s))
        attempt("and told", s.connect, (loopback, 9)); say(own(s)); attempt("listen", s.listen); say(own(s)); s.close()

r = socket(AF_INET, SOCK_DGRAM); r.bind(("0.0.0.0", 7100)); r.setsockopt(SOL_IP, IP_ADD_MEMBERSHIP, inet_aton("239.1.1.1") + inet_aton("192.0.2.1")); r.setblocking(False)
for v4 in (0, 1):
    for v6 in (0, 1):
        s = inet6(SOCK_DGRAM); s.setsockopt(SOL_IP, IP_MULTICAST_LOOP, v4); s.setsockopt(SOL_IPV6, IPV6_MULTICAST_LOOP, v6)
        s.sendto(b"x", ("::ffff:239.1.1.1", 7100)); pause(0.02); say("loops", v4, v6); attempt("comes", r.recv, 9)
        s.connect(("::ffff:239.1.1.1", 7100)); s.setsockopt(SOL_IPV6, 1, AF_INET); s.send(b"x"); pause(0.02); attempt("and as AF_INET", r.recv, 9)

port = 7200
for kind in (SOCK_STREAM, SOCK_DGRAM):
    for addresses in (("::", "::ffff:0.0.0.0"), ("::ffff:0.0.0.0", "::"), ("::", "0.0.0.0"), ("::ffff:0.0.0.0", "::", "::"), ("::", "::ffff:0.0.0.0", "::")):
        port += 1; members = []
        for a in addresses:
            s = socket(AF_INET6 if ":" in a else AF_INET, kind); s.setsockopt(SOL_SOCKET, SO_REUSEPORT, 1); s.bind((a, port)); s.setblocking(False)
            if kind == SOCK_STREAM: s.listen(64)
            members.append(s)
        clients = []
        for i in range(24):
            c = socket(AF_INET, kind); c.connect(("127.0.0.1", port)); clients.append(c)
            if kind == SOCK_DGRAM: c.send(b"x")
        pause(0.2); counts = []
        for m in members:
            n = 0
            try:
                while m.accept() if kind == SOCK_STREAM else m.recv(9): n += 1
            except BlockingIOError: pass
            counts.append("all" if n == 24 else "none" if n == 0 else "some")
        say(kind == SOCK_STREAM, *addresses, *counts)
        for s in members + clients: s.close()

for place in ("::ffff:239.1.1.1", "::ffff:255.255.255.255", "::ffff:192.0.2.255"):
    for kind in (SOCK_STREAM, SOCK_DGRAM):
        s = inet6(kind); s.bind((place, 0)); attempt(place, s.connect, ("::ffff:192.0.2.2", 9))
        if kind == SOCK_DGRAM: s = inet6(kind); s.bind((place, 0)); attempt("to", s.sendto, b"x", ("::ffff:192.0.2.2", 9))
P
