# needs: tun
# Data ahead of a hole that comes again with the hole's, FINs among it, and a close while it waits.
. "${0%/*}/../lib.sh"
py <<'P'
from tcpwire import *
w = Wire(); l = w.listener()
def case(what, *segments, options=FULL):
    s, f = w.accepted(l, options); say(what)
    for seq, data, *flags in segments: f.say(f"    {seq}:{seq + data}" + "".join(f" {x}" for x in flags), *(flags or ["P."]), data, seq=seq)
    say("   ", state(s), inq(s)); f.over(s)
for o in (FULL, "mss 1460"):
    case("over the hole's edge", (51, 1448), (1, 1000), options=o); case("all of it", (101, 100), (1, 1000), options=o); case("two", (101, 100), (301, 100), (1, 1000), options=o); case("a part of two", (101, 100), (301, 100), (1, 350), options=o); case("two that touch", (101, 100), (201, 100), (1, 250), options=o); case("three", (101, 100), (201, 100), (401, 100), (301, 50), (1, 1000), options=o); case("old, and over the edge", (1, 100), (201, 100), (51, 200), options=o)
    case("FIN over old", (1, 100), (51, 100, "F."), options=o); case("FIN of old", (1, 100), (51, 50, "F."), options=o); case("FIN within old", (1, 100), (51, 49, "F."), (101, 0, "F."), options=o); case("FIN before what waits", (1001, 1000), (1, 100, "F."), options=o); case("FIN with less", (2001, 1000), (101, 200, "F."), (1, 100), (301, 700), options=o); case("FIN waits", (1001, 1000, "F."), (1, 1000), options=o); case("FIN alone waits", (101, 0, "F."), (1, 100), options=o); case("data over a FIN", (101, 0, "F."), (1, 200), options=o); case("two FINs", (1001, 1000, "F."), (3001, 10, "F."), (1, 1000), options=o)
    case("FINs in data", (101, 1000), (101, 0, "F."), (151, 0, "F."), (1101, 0, "F."), (1, 100), options=o); case("data over FIN and data", (101, 1000, "F."), (1, 1448), options=o); case("FIN again", (101, 1000, "F."), (101, 1000, "F."), (1, 100), options=o); case("FIN alone again", (2, 0, "F."), (2, 0, "F."), (1, 1), options=o)
for how in ("close", "shut", "linger", "shut and close"):
    s, f = w.accepted(l); f.say("ahead", "P.", 100, seq=101)
    if how == "linger": s.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
    if "shut" in how: w.act(s.shutdown, SHUT_WR); f.told("    shut")
    if how != "shut": w.act(s.close)
    f.told("    " + how); f.say("    hole", "P.", 100, seq=1); f.over(s)
for seq in (0, -1, -100): s, f = w.accepted(l); w.act(s.shutdown, SHUT_WR); f.told("shut"); f.say(f"FIN with data from {seq}", "FP.", 536, seq=f.next + seq); say("   ", state(s)); f.over(s)
for seq in (1, -1): s, f = w.accepted(l); w.act(s.close); f.told("closed"); f.say(f"FIN from {seq}", "F.", seq=f.next + seq); f.over()
P
