# needs: tun
# Stamps of an established connection: old ones, missing ones, which of them is echoed.
. "${0%/*}/../lib.sh"
py <<'P'
from tcpwire import *
w = Wire(tcp_invalid_ratelimit=0); l = w.listener()
def case(what, *steps):
    s, f = w.accepted(l); say(what)
    for at, size, stamp, *flags in steps: f.say(f"    {at} {size} stamp {stamp}", *(flags or ["."]), data=size, seq=at, options="" if stamp is None else f"nop,nop,ts {stamp} 0")
    say("   ", inq(s), state(s)); f.over(s)
case("old with data", (1, 10, 300), (11, 10, 200), (11, 10, 300)); case("old ack", (1, 0, 300), (1, 0, 200)); case("old duplicate", (1, 10, 300), (1, 10, 200)); case("old FIN", (1, 10, 300), (11, 0, 200, "F.")); case("old beyond", (1, 10, 300), (90000, 10, 200)); case("old SYN", (1, 10, 300), (11, 0, 200, "S")); case("old RST", (1, 10, 300), (11, 0, 200, "R"))
case("missing", (1, 10, 300), (11, 10, None), (21, 10, 200), (21, 10, 400)); case("beyond a hole", (1, 10, 300), (101, 10, 500), (11, 90, 400)); case("newer beyond a hole, then old", (101, 10, 500), (1, 100, 400)); case("wrapped", (1, 10, 0x7fffff00), (11, 10, 0x80000100), (21, 10, 0x7fffff00)); case("far ahead", (1, 10, 300), (11, 10, 0x70000000), (21, 10, 300)); case("ack of data", (1, 10, 300), (5, 10, 400), (15, 10, 350))
P
