# What a datagram tells by control messages: IP_PKTINFO, IP_RECVTTL, IP_RECVTOS, IP_RECVOPTS, IP_RETOPTS, IP_RECVORIGDSTADDR, IP_CHECKSUM, IP_RECVFRAGSIZE.
. "${0%/*}/../lib.sh"
joined_pair
py a <<'P'
from sockets import *
IP_PKTINFO, IP_RECVTTL, IP_RECVTOS, IP_RECVOPTS, IP_RETOPTS, IP_ORIGDSTADDR, IP_CHECKSUM, IP_RECVFRAGSIZE, IP_OPTIONS = 8, 12, 13, 6, 7, 20, 23, 25, 4
ALL = ("IP_PKTINFO", "IP_RECVTTL", "IP_RECVTOS", "IP_RECVOPTS", "IP_RETOPTS", "IP_ORIGDSTADDR", "IP_CHECKSUM", "IP_RECVFRAGSIZE")
def udp(): s = socket(AF_INET, SOCK_DGRAM); s.settimeout(2); return s
with inside("b"):
    far = udp(); far.bind(("0.0.0.0", 7001))
r, c = udp(), udp(); r.bind(("0.0.0.0", 7000)); c.bind(("0.0.0.0", 7002)); c.setsockopt(SOL_SOCKET, SO_BROADCAST, 1); far.setsockopt(SOL_SOCKET, SO_BROADCAST, 1)
def got(what): say(what, [(l, t, d.hex()) for l, t, d in r.recvmsg(9000, 500)[1]])
for name in ALL:
    o = globals()[name]
    r.setsockopt(IPPROTO_IP, o, 1); say("#", name, r.getsockopt(IPPROTO_IP, o))
    c.sendto(b"x", (HERE, 7000)); got("loopback")
    far.sendto(b"x", ("192.0.2.1", 7000)); got("wire")
    far.sendto(b"x", ("192.0.2.255", 7000)); got("broadcast")
    far.sendto(bytes(3000), ("192.0.2.1", 7000)); got("fragments")
    r.setsockopt(IPPROTO_IP, o, 0)
say("# all at once, with options")
for name in ALL: r.setsockopt(IPPROTO_IP, globals()[name], 1)
far.setsockopt(IPPROTO_IP, IP_TTL, 33); far.setsockopt(IPPROTO_IP, IP_TOS, 0x28)
attempt("record route", far.setsockopt, IPPROTO_IP, IP_OPTIONS, bytes([7, 11, 4]) + bytes(8)); say(far.getsockopt(IPPROTO_IP, IP_OPTIONS, 40).hex())
far.sendto(b"x", ("192.0.2.1", 7000)); got("record route")
far.setsockopt(IPPROTO_IP, IP_OPTIONS, bytes([1, 7, 7, 4, 0, 0, 0, 0, 0])); far.sendto(b"x", ("192.0.2.1", 7000)); got("nop, record route")
far.setsockopt(IPPROTO_IP, IP_OPTIONS, bytes([68, 12, 5, 1] + [0] * 8)); far.sendto(b"x", ("192.0.2.1", 7000)); data = r.recvmsg(10, 500)[1]
say("time stamps", [(l, t, len(d), d[:8].hex()) for l, t, d in data])
say("# too little room")
far.setsockopt(IPPROTO_IP, IP_OPTIONS, b"")
for room in (0, 8, 12, 16, 17, 20, 24, 28, 40):
    far.sendto(b"x", ("192.0.2.1", 7000)); m = r.recvmsg(10, room); say(room, [(l, t, d.hex()) for l, t, d in m[1]], m[2] & ~0x40000000)
say("# options that are wrong")
for o in (bytes([7, 2]), bytes([7, 11, 3] + [0] * 8), bytes([131, 7, 4, 192, 0, 2, 2]), bytes(41), bytes([137, 7, 4, 192, 0, 2, 2]), bytes([9, 3, 0]), bytes([148, 4, 0, 0]), bytes([130, 11] + [0] * 9), bytes([0, 0, 0, 0]), bytes([1, 1, 1, 1]), bytes([68, 8, 5, 0, 0, 0, 0, 0]), bytes([68, 3, 5])):
    s = udp(); attempt(o.hex(), s.setsockopt, IPPROTO_IP, IP_OPTIONS, o); say(s.getsockopt(IPPROTO_IP, IP_OPTIONS, 40).hex())
P
