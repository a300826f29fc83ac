# needs: tun
# TIME-WAIT: what is answered to each segment, when a SYN begins anew, tcp_rfc1337; orphans in FIN-WAIT-2.
. "${0%/*}/../lib.sh"
py <<'P'
from tcpwire import *
w = Wire(tcp_invalid_ratelimit=0); l = w.listener()
def waiting(options=FULL):
    s, f = w.accepted(l, options); w.act(s.shutdown, SHUT_WR); f.forget(); f.send("."); f.send("F."); f.forget(); s.close(); f.forget(); return f
def case(what, *steps, options=FULL):
    f = waiting(options); say(what)
    for step in steps: f.say("    " + " ".join(f"{k} {v}" for k, v in step.items()), **step)
    f.say("    then FIN", "F.", seq=1); f.over()
for options in (FULL, "mss 1460"):
    say("with", options)
    case("FIN again", dict(flags="F.", seq=1), options=options); case("ACK", dict(flags="."), options=options); case("data", dict(data=10), options=options); case("old data", dict(data=10, seq=-50), options=options); case("beyond", dict(data=10, seq=90000), options=options); case("RST", dict(flags="R"), options=options); case("RST elsewhere", dict(flags="R", seq=50), options=options); case("RST old", dict(flags="R", seq=-50), options=options); case("RST ACK", dict(flags="R."), options=options)
    case("SYN above", dict(flags="S", seq=1000, options=options), options=options); case("SYN just above", dict(flags="S", seq=3, options=options), options=options); case("SYN at", dict(flags="S", seq=2, options=options), options=options); case("SYN below", dict(flags="S", seq=-1000, options=options), options=options); case("SYN ACK", dict(flags="S.", seq=1000), options=options); case("SYN RST", dict(flags="SR", seq=1000), options=options); case("SYN with data", dict(flags="S", seq=5000, data=10, options=options), options=options); case("no flags", dict(flags=""), options=options); case("bad ack", dict(flags=".", ack=99), options=options); case("FIN elsewhere", dict(flags="F.", seq=20), options=options)
case("SYN below with a newer stamp", dict(flags="S", seq=-1000, options="mss 1460,sackok,ts 900 0,nop,wscale 7")); case("SYN above with an older stamp", dict(flags="S", seq=1000, options="mss 1460,sackok,ts 3 0,nop,wscale 7")); case("old stamp", dict(data=5, options="nop,nop,ts 3 0")); case("no stamp", dict(data=5, options="")); case("SYN above without a stamp", dict(flags="S", seq=1000, options="mss 1460"))
put("tcp_rfc1337", 1); case("rfc1337: RST", dict(flags="R"))
say("orphans")
def orphan(what, *steps):
    s, f = w.accepted(l); s.close(); f.forget(); f.say("acked", "."); say(what)
    for step in steps: f.say("    " + " ".join(f"{k} {v}" for k, v in step.items()), **step)
    f.over()
orphan("ACK", dict(flags=".")); orphan("data", dict(data=10)); orphan("FIN", dict(flags="F."), dict(flags="F.", seq=1)); orphan("FIN with data", dict(flags="F.", data=3)); orphan("SYN", dict(flags="S", seq=500, options=FULL)); orphan("RST", dict(flags="R"), dict(flags="F.")); orphan("RST elsewhere", dict(flags="R", seq=9), dict(flags="F.")); orphan("old stamp", dict(flags=".", options="nop,nop,ts 3 0")); orphan("FIN beyond a hole", dict(flags="F.", seq=11), dict(flags="F.")); orphan("old FIN", dict(flags="F.", seq=-1)); orphan("beyond", dict(flags="F.", seq=90000)); orphan("bad ack", dict(flags="F.", ack=900))
P
