# needs: tun
# What MSG_MORE and TCP_CORK hold back: which segments of the peer let it go, and when it goes by itself.
. "${0%/*}/../lib.sh"
py <<'P'
from tcpwire import *
w = Wire(); l = w.listener()
def case(what, *steps, options=FULL, pause=0.055, **more):
    s, f = w.accepted(l, options); w.collect(0.02); f.forget(); say(what)
    for step in steps:
        if isinstance(step, tuple): w.act(s.send, bytes(step[0]), *step[1:]); f.told("    send " + str(step[0]), 0.02)
        else: f.say("    " + " ".join(f"{k} {v}" for k, v in step.items()), wait=pause, **step)
    f.over(s)
A, M = dict(flags="."), (100, MSG_MORE)
case("ack", M, A); case("data", M, dict(data=100)); case("data ahead of a hole", M, dict(data=100, seq=50)); case("an ack ahead", M, dict(seq=1000)); case("old data", M, dict(data=10, seq=-9)); case("beyond the window", M, dict(data=10, seq=70000)); case("ack of nothing", M, dict(ack=0)); case("the same with data", M, dict(ack=0, data=10))
case("window 0", M, dict(win=0)); case("window 1000", M, dict(win=1000)); case("FIN", M, dict(flags="F.")); case("urgent", M, dict(flags="U.", urg=1, data=5)); case("no ACK", M, dict(flags="P", data=5)); case("RST elsewhere", M, dict(flags="R", seq=70000)); case("SYN", M, dict(flags="S", seq=70000)); case("twice", M, M, dict(data=10))
case("behind what is out", (100,), M, A); case("data, no ack of what is out", (100,), M, dict(data=10, ack=1), A)
def left(what, rtt):
    for cork in (0, 1): s, f = w.accepted(l, rtt=rtt); s.setsockopt(IPPROTO_TCP, TCP_CORK, cork); w.act(s.send, bytes(100), 0 if cork else MSG_MORE); f.told(f"{what}, cork {cork}", 1.2, 1); f.over(s)
left("left alone, near", 0); left("far", 0.22); sh("ip route replace 192.0.2.2 dev tun0 rto_min 660ms"); left("rto_min 660ms", 0)
P
