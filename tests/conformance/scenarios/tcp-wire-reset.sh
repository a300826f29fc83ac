# needs: tun
# RST, SYN and acks that do not fit on a connection that stands: the RST rules of RFC 5961, challenge acks and how often they come.
. "${0%/*}/../lib.sh"
py <<'P'
from tcpwire import *
w = Wire(tcp_invalid_ratelimit=0); l = w.listener()
def case(what, *steps, options=FULL):
    s, f = w.accepted(l, options)
    for step in steps: f.say(what, **step)
    say("   ", state(s), s.getsockopt(SOL_SOCKET, SO_ERROR)); f.over(s)
for options in (FULL, "mss 1460"):
    say("with", options)
    for at in (1, 2, 1000, 64000, 70000, 0, -5, -70000): case(f"RST at {at}", dict(flags="R", seq=at), options=options)
    for at, ack in ((1, 1), (1, 0), (1, 2), (1, -90000), (2, 1), (0, 1)): case(f"RST at {at} ACK {ack}", dict(flags="R.", seq=at, ack=ack), options=options)
    for at in (1, 2, 0, -1000, 70000): case(f"SYN at {at}", dict(flags="S", seq=at), dict(flags="S.", seq=at), options=options)
    for ack in (2, 5000, 0, -1000, -65535, -65600, -300000, 1 << 31): case(f"ACK {ack}", dict(flags=".", ack=ack), dict(flags="P.", data=5, ack=ack), options=options)
    case("no ACK", dict(flags="P", data=5), options=options); case("no flags", dict(flags=""), options=options); case("SYN RST", dict(flags="SR", seq=1), options=options); case("bad sum", dict(data=3, spoil=5), options=options)
    case("keepalive probe", dict(flags=".", seq=0), options=options); case("keepalive probe with a byte", dict(flags=".", seq=0, data=1), options=options); case("old data", dict(seq=-9, data=10), options=options); case("beyond the window", dict(seq=90000, data=10), options=options); case("empty beyond the window", dict(seq=90000), options=options); case("FIN beyond the window", dict(flags="F.", seq=90000), options=options); case("FIN before", dict(flags="F.", seq=0), options=options)
case("RST after SACK, at the hole", dict(seq=101, data=100), dict(flags="R", seq=1)); case("RST after SACK, at its end", dict(seq=101, data=100), dict(flags="R", seq=201)); case("RST after SACK, elsewhere", dict(seq=101, data=100), dict(flags="R", seq=150))
case("RST with an old stamp", dict(flags="R", seq=1, options="nop,nop,ts 1 0")); case("RST without a stamp", dict(flags="R", seq=1, options="")); case("data without a stamp", dict(data=5, options="")); case("SYN with an old stamp", dict(flags="S", seq=1, options="nop,nop,ts 1 0"))
P
