# needs: tun
# Source routes, strict and loose, through a router and at their end; malformed ones.
. "${0%/*}/../lib.sh"
ns a
ip -n a link set lo up
py a <<'P'
from wire import *
t = Tap("tap0", "192.0.2.1/24")
o = Tap("tap1", "198.51.100.1/24", address="02:00:00:00:00:03")
t.know("192.0.2.2"); o.know("198.51.100.2"); o.know("198.51.100.3", "02:00:00:00:00:33")
sh("ip route add 10.1.0.0/16 via 198.51.100.3")
put("icmp_ratelimit", 0); put("ip_forward", 1)
A = socket.inet_aton
def go(what, dst, options, packet=None):
    o.drain()
    with Counted("Ip.InHdrErrors", "Ip.InDiscards", "Ip.ForwDatagrams"):
        t.ask(what, ip("192.0.2.2", dst, packet or echo(), 1, options=options), 0.04)
        for f in o.frames(0.02): say("    other link:", text(f))
def route(kind, pointer, *hops): return bytes([kind, 3 + 4 * len(hops), pointer]) + b"".join(map(A, hops))
LSRR, SSRR = 131, 137
say("# source routes")
for accept in 0, 1:
    put("conf/all/accept_source_route", accept)
    say("accept", accept)
    go("loose, by us", "192.0.2.1", route(LSRR, 4, "198.51.100.2"))
    go("loose, two more", "192.0.2.1", route(LSRR, 4, "10.1.1.1", "198.51.100.2"))
    go("loose, at its end", "192.0.2.1", route(LSRR, 8, "198.51.100.2"))
    go("loose, passing", "198.51.100.2", route(LSRR, 4, "10.1.1.1"))
    go("strict, by us", "192.0.2.1", route(SSRR, 4, "198.51.100.2"))
    go("strict, by a router", "192.0.2.1", route(SSRR, 4, "10.1.1.1"))
    go("strict, not for us", "198.51.100.2", route(SSRR, 4, "10.1.1.1"))
    go("strict, passing by a router", "10.1.1.1", route(SSRR, 4, "198.51.100.2"))
    go("strict, at its end", "192.0.2.1", route(SSRR, 8, "198.51.100.2"))
go("loose, no route", "192.0.2.1", route(LSRR, 4, "8.8.8.8"))
go("loose, us again", "192.0.2.1", route(LSRR, 4, "198.51.100.1"))
put("conf/tap0/accept_source_route", 0)
go("device says no", "192.0.2.1", route(LSRR, 4, "198.51.100.2"))
put("conf/tap0/accept_source_route", 1); put("ip_forward", 0)
go("no router", "192.0.2.1", route(LSRR, 4, "198.51.100.2"))
put("ip_forward", 1)
put("conf/all/accept_source_route", 1)
for what, o_ in (("source route of 2", [131, 2, 4]), ("source route, pointer 3", [131, 7, 3, 0, 0, 0, 0]), ("source route, length 6", [131, 6, 4, 0, 0, 0]), ("source route, half a slot", [131, 9, 4, 1, 2, 3, 4, 5, 6])):
    go(what + ", to us", "192.0.2.1", bytes(o_))
P
