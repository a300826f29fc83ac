# Control messages of AF_INET6 sockets with datagrams of IPv4: what the options of both levels bring, and what may be sent.
. "${0%/*}/../lib.sh"
joined_pair
py a <<'P'
from sockets import *
from inet6 import *
number = lambda v: struct.pack("i", v)
with inside("b"): c = socket(AF_INET, SOCK_DGRAM)
c.bind(("192.0.2.2", 7777)); c.setsockopt(SOL_IP, IP_TOS, 0x28); c.setsockopt(SOL_IP, 12, 1); c.setsockopt(SOL_IP, 13, 1); c.settimeout(0.3)
def told(anc): return [(level, kind, data.hex()) for level, kind, data in anc if level != SOL_SOCKET or kind not in (29, 35, 37)] + [("stamp", kind) for level, kind, data in anc if level == SOL_SOCKET]
for what in ([(41, 49)], [(41, 2)], [(41, 51)], [(41, 66)], [(41, 25)], [(41, 74)], [(41, 77)], [(0, 8)], [(0, 12)], [(0, 13)], [(0, 20)], [(1, 29)], [(1, 29), (41, 49), (41, 51), (41, 66), (0, 8), (0, 12), (0, 13)]):
    s = inet6(SOCK_DGRAM); s.setblocking(True); s.settimeout(1); s.bind(("::", 7001))
    for level, name in what: s.setsockopt(level, name, 1)
    c.sendto(b"x", ("192.0.2.1", 7001)); data, anc, flags, name = s.recvmsg(9, 500); say(what, told(anc), flags, said(name)); s.close()
def info(text, device): return inet_pton(AF_INET6, text) + struct.pack("I", device)
for what, control in (("source", [(41, 50, info("::ffff:192.0.2.1", 0))]), ("source, device", [(41, 50, info("::ffff:192.0.2.1", 2))]), ("foreign source", [(41, 50, info("::ffff:10.9.9.9", 0))]), ("any", [(41, 50, info("::", 0))]), ("::1", [(41, 50, info("::1", 0))]), ("no device", [(41, 50, info("::ffff:192.0.2.1", 99))]),
                      ("short", [(41, 50, b"1234")]), ("hops", [(41, 52, number(9))]), ("wrong hops", [(41, 52, number(999))]), ("class", [(41, 67, number(8))]), ("unknown", [(41, 99, number(1))]), ("IP_TTL", [(0, 2, number(7))]), ("IP_TOS", [(0, 1, number(0x20))]), ("IP_PKTINFO", [(0, 8, struct.pack("I", 0) + inet_aton("192.0.2.1") + bytes(4))])):
    s = inet6(SOCK_DGRAM)
    if attempt(what, s.sendmsg, [b"q"], control, 0, ("::ffff:192.0.2.2", 7777)): data, anc, flags, name = c.recvmsg(9, 200); say("  ", name[0], told(anc))
for what, options in (("IPv6's", ((41, 16, 9), (41, 67, 0x30))), ("IPv4's", ((0, 2, 9), (0, 1, 0x30)))):
    s = inet6(SOCK_DGRAM)
    for o in options: s.setsockopt(*o)
    s.sendto(b"q", ("::ffff:192.0.2.2", 7777)); say(what, told(c.recvmsg(9, 200)[1]))
l = socket(AF_INET6); l.bind(("::", 7002)); l.listen(); l.setsockopt(41, 49, 1)
with inside("b"): k = tcp()
k.connect(("192.0.2.1", 7002)); d = l.accept()[0]; k.send(b"stream"); say("of a stream", told(d.recvmsg(9, 200)[1]))
P
