# needs: tun
# SYNs that cross: which acks end the handshake, a socket that was shut before, windows of nothing, SYN-ACKs that answer something else.
. "${0%/*}/../lib.sh"
py <<'P'
from tcpwire import *
w = Wire()
def case(what, *steps, options=FULL, win=65535, shut=False, **syn):
    s, f = w.connecting(); f.forget(); f.win = win; say(what)
    f.say("    crossing SYN", **dict(dict(flags="S", options=options), **syn)); f.ts = "ts" in options
    if shut: w.act(s.shutdown, SHUT_WR); f.told("    shut")
    for step in steps: f.say("    " + " ".join(f"{k} {v}" for k, v in step.items()), **step); say("       ", state(s), inq(s))
    told_info(s, "snd_cwnd ca_state bytes_acked unacked snd_wnd", "       "); f.over(s)
A, S = dict(flags="."), dict(flags="S.", seq=0)
for o in (FULL, "mss 1460"):
    case("ack of nothing", dict(ack=0), dict(ack=0, data=10), A, options=o); case("ack before", dict(ack=-1), A, options=o); case("ack of the future", dict(ack=2), A, options=o)
    case("data", dict(data=100), options=o); case("data, ack of nothing", dict(data=100, ack=0), options=o); case("data and FIN, ack of nothing", dict(flags="FP.", data=100, ack=0), options=o); case("FIN", dict(flags="F."), options=o)
    case("shut, ack", A, A, options=o, shut=True); case("shut, ack of nothing", dict(ack=0), A, options=o, shut=True); case("shut, data", dict(data=1448), A, options=o, shut=True); case("shut, data, window 0", dict(data=100), A, options=o, shut=True, win=0); case("shut, data, ack of nothing, window 0", dict(data=100, ack=0), A, options=o, shut=True, win=0)
    case("old data, window 0", dict(data=1, seq=-100), dict(data=1, seq=-100, win=10), A, options=o, win=0); case("old data, window 10", dict(data=1, seq=-100), A, options=o, win=10)
    for ack in (0, 1, 2): case(f"SYN-ACK with ack {ack}", dict(S, ack=ack), A, options=o)
    case("SYN again", dict(flags="S", seq=0), A, options=o); case("SYN and FIN", dict(flags="F."), dict(data=10, ack=0), options=o, flags="SF"); case("SYN with data", dict(data=10), options=o, data=10)
P
