# Which device IP_PKTINFO and IPV6_PKTINFO name when a datagram was sent to an address of one's own: that of the address.
. "${0%/*}/../lib.sh"
joined_pair
ip -n a addr add 198.51.100.1/32 dev lo
ip -n a route add local 203.0.113.1 dev v0
py a <<'P'
from sockets import *
import struct
def device(index): return if_indextoname(index) if index else 0
def named(anc):
    for level, kind, data in anc:
        if (level, kind) == (0, 8): yield "IP", device(struct.unpack("i", data[:4])[0]), inet_ntoa(data[4:8]), inet_ntoa(data[8:])
        if (level, kind) == (41, 50): yield "IPv6", device(struct.unpack("i", data[16:])[0]), inet_ntop(AF_INET6, data[:16])
for family, any_address in ((AF_INET, "0.0.0.0"), (AF_INET6, "::")):
    for options in ([(0, 8)], [(41, 49)], [(0, 8), (41, 49)]) if family == AF_INET6 else ([(0, 8)],):
        r = socket(family, SOCK_DGRAM); r.settimeout(1); r.bind((any_address, 7000))
        for o in options: r.setsockopt(*o, 1)
        for source, bound in (("", ""), ("127.0.0.1", ""), ("192.0.2.1", ""), ("", "v0")):
            for to in ("127.0.0.1", "127.0.0.9", "192.0.2.1", "198.51.100.1", "203.0.113.1"):
                if bound and to not in ("192.0.2.1", "203.0.113.1"): continue
                s = socket(AF_INET, SOCK_DGRAM)
                if bound: s.setsockopt(SOL_SOCKET, 25, bound.encode())
                if source: s.bind((source, 0))
                s.sendto(b"x", (to, 7000)); say(int(family), options, source, bound, to, list(named(r.recvmsg(9, 200)[1])))
P
