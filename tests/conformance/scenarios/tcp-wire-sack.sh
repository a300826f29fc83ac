# needs: tun
# Data out of order: duplicate acks, SACK blocks and their order, D-SACKs; with stamps, without, and without SACK.
. "${0%/*}/../lib.sh"
py <<'P'
from tcpwire import *
w = Wire(); l = w.listener()
def case(what, *pieces, options=FULL, read=True):
    s, f = w.accepted(l, options); say(what)
    for piece in pieces:
        at, size, *flags = piece
        f.say(f"    {at}:{at + size} {' '.join(flags)}".rstrip(), *(flags or ["."]), data=size, seq=at)
    say("    readable", inq(s), state(s)); f.over(s)
for options in (FULL, "mss 1460,sackok,nop,nop", "mss 1460"):
    say("with", options)
    case("a hole", (101, 100), (201, 100), (1, 100), options=options)
    case("many holes", *[(100 * n + 1, 50) for n in (1, 3, 5, 7, 9, 11)], (401, 50), (1, 100), (151, 50), (1, 1000), options=options)
    case("backwards", *[(100 * n + 1, 100) for n in (5, 4, 3, 2, 1, 0)], options=options)
    case("merges", (201, 100), (401, 100), (301, 100), (601, 100), (501, 100), options=options)
    case("twice", (101, 100), (101, 100), (1, 100), (1, 100), (1, 200), (51, 100), options=options)
    case("overlaps", (101, 100), (151, 100), (51, 100), (51, 300), (1, 20), (11, 100), options=options)
    case("inside", (101, 200), (151, 50), (301, 100), (101, 300), (120, 200), options=options)
    case("FIN beyond a hole", (101, 10, "F."), (1, 100), options=options); case("data beyond a FIN", (201, 10), (101, 10, "F."), (1, 100), options=options)
    case("old and new", (1, 100), (51, 100), (1, 151), options=options); case("old beyond a hole", (201, 100), (-50, 51), (-50, 100), options=options)
    case("beyond the window", (65000, 1000), (66000, 100), (1, 10), options=options)
put("tcp_dsack", 0); case("no D-SACK", (1, 100), (1, 100), (201, 100), (201, 100)); put("tcp_dsack", 1); put("tcp_sack", 0); case("tcp_sack 0", (101, 100))
P
