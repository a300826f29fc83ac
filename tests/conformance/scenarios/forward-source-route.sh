# needs: tun
# Source routes, strict and loose, through a router and at their end; malformed ones.
. "${0%/*}/../lib.sh"
ns a
ip -n a link set lo up
py a <<'P'
from option_router import *
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
