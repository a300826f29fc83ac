# Pending errors: what poll says of them, and which sends they stop.
. "${0%/*}/../lib.sh"
ns a r
pair a v0 10.0.0.1/24 r v1 10.0.0.2/24
ip -n a link set lo up
ip -n r route add 10.9.9.0/24 dev v1
ip -n a route add default via 10.0.0.2
ip netns exec r sh -c "echo 0 > /proc/sys/net/ipv4/icmp_ratelimit; echo 1 > /proc/sys/net/ipv4/ip_forward"
ip netns exec a sh -c 'echo 0 2147483647 > /proc/sys/net/ipv4/ping_group_range'
py a <<'P'
from sockets import *
import select
IP_RECVERR, IP_HDRINCL = 11, 3
ECHO = b"\x08\0\xf7\xfe\0\1\0\0"
def header(dst): return struct.pack("!BBHHHBBH4s4s", 0x45, 0, 28, 1, 0, 1, 1, 0, inet_aton("10.0.0.1"), inet_aton(dst))
KINDS = (("raw", lambda: socket(AF_INET, SOCK_RAW, 1), ECHO), ("raw of UDP", lambda: socket(AF_INET, SOCK_RAW, 17), b"\0\x35\0\x35\0\x08\0\0"),
         ("own header", lambda: socket(AF_INET, SOCK_RAW, 1), header("10.9.9.9") + ECHO), ("UDP", lambda: socket(AF_INET, SOCK_DGRAM), b"x"), ("ping", lambda: socket(AF_INET, SOCK_DGRAM, 1), ECHO))
def both(s, other):
    p = select.poll(); p.register(s, select.POLLIN); p.register(other, select.POLLIN | select.POLLOUT)
    return sorted((fd == s.fileno(), events(e)) for fd, e in p.poll(0))
for name, make, data in KINDS:
    for connected in (0, 1):
        s = make(); s.setsockopt(IPPROTO_IP, IP_RECVERR, 1); s.setsockopt(IPPROTO_IP, IP_TTL, 1)
        if name == "own header": s.setsockopt(IPPROTO_IP, IP_HDRINCL, 1)
        if connected: s.connect(("10.9.9.9", 53))
        say("#", name, connected)
        for i in range(4):
            attempt("send", (lambda: s.send(data)) if connected else (lambda: s.sendto(data, ("10.9.9.9", 53))))
            pause(0.02)
        other = socket(AF_INET, SOCK_DGRAM)
        say("poll", polled(s), polled(s, select.POLLIN), polled(s, 0), polled(s, select.POLLOUT), both(s, other))
        left = 0
        while True:
            try: s.recvmsg(100, 500, MSG_ERRQUEUE | MSG_DONTWAIT); left += 1
            except OSError as e: say(left, "queued, then", name_of(e)); break
        attempt("recv", s.recv, 100, MSG_DONTWAIT)
        say("poll", polled(s))
        attempt("recv", s.recv, 100, MSG_DONTWAIT)
        say("poll", polled(s))
        s.close()
say("# shut for writing")
for name, make, data in KINDS:
    s = make()
    if name == "own header": s.setsockopt(IPPROTO_IP, IP_HDRINCL, 1)
    s.connect(("10.0.0.2", 53)); s.shutdown(SHUT_WR)
    attempt(name, s.send, data)
P
