# Errors by ICMP at AF_INET6 sockets that carry IPv4: who is told, and what MSG_ERRQUEUE gives.
. "${0%/*}/../lib.sh"
joined_pair
py a <<'P'
from sockets import *
from inet6 import *
def queue(s):
    try: data, anc, flags, name = s.recvmsg(100, 1000, MSG_ERRQUEUE | MSG_DONTWAIT)
    except OSError as e: return name_of(e)
    return data, flags, name and said(name), [(level, kind, x.hex()) for level, kind, x in anc if (level, kind) != (1, 29)]
for options in ((), ((41, 25),), ((0, 11),), ((41, 25), (0, 11)), ((0, 11), (41, 49), (0, 8), (0, 12), (0, 13)), ((0, 11), (41, 51), (41, 66))):
    for connected in (0, 1):
        s = inet6(SOCK_DGRAM)
        for o in options: s.setsockopt(*o, 1)
        if connected: s.connect(("::ffff:192.0.2.2", 7009)); s.send(b"quoted")
        else: s.sendto(b"quoted", ("::ffff:192.0.2.2", 7009))
        pause(0.05); say(options, connected, polled(s), queue(s), queue(s), option(s, SOL_SOCKET, SO_ERROR))
s = inet6(SOCK_DGRAM); s.connect(("::ffff:192.0.2.2", 7009)); s.send(b"x"); pause(0.05); attempt("send", s.send, b"y"); s.send(b"z"); pause(0.05); attempt("receive", s.recv, 9)
s = inet6(SOCK_DGRAM); s.setsockopt(0, 11, 1); s.connect(("::ffff:192.0.2.2", 7009)); s.setsockopt(0, 10, 2); attempt("too long", s.send, b"x" * 2000); say(queue(s)); attempt("much too long", s.send, b"x" * 70000)
s = inet6(SOCK_DGRAM); s.setsockopt(1, 37, 2 | 16 | 2048); s.sendto(b"stamped", ("::ffff:192.0.2.2", 7009)); pause(0.05); got = queue(s); say(got[:3], [(l, t, x if l == 41 else "") for l, t, x in got[3]])
s = socket(AF_INET6); s.settimeout(2); s.setsockopt(0, 11, 1); attempt("connect", s.connect, ("::ffff:192.0.2.2", 7009)); s.setblocking(False); say(queue(s))
pause(3)
with inside("b"): os.system("ip route add prohibit 10.5.0.0/16; echo 1 > /proc/sys/net/ipv4/ip_forward")
os.system("ip route add 10.5.0.0/16 via 192.0.2.2")
s = socket(AF_INET6); s.settimeout(2); s.setsockopt(0, 11, 1); attempt("prohibited", s.connect, ("::ffff:10.5.0.1", 7009)); s.setblocking(False); got = queue(s); say(len(got[0]), *got[1:])
P
