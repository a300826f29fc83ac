# needs: tun
# A listener's half-open connection: SYNs again and others, acks that don't fit, data or FIN with the ack, resets, stamps.
. "${0%/*}/../lib.sh"
py <<'P'
from tcpwire import *
w = Wire(tcp_syncookies=0); l = w.listener(backlog=300); l.setblocking(False)
def case(what, *steps, options=FULL):
    f = w.flow(8080); f.send("S", options=options); f.forget(); f.ts = "ts" in options
    for step in steps: f.say(what, **step)
    try: s, _ = l.accept()
    except BlockingIOError: say("    nothing to accept"); return f.over()
    say("   ", state(s), inq(s)); f.over(s)
A = dict(flags=".")
for options in (FULL, "mss 1460", "mss 1460,sackok"):
    say("with", options)
    case("ACK", A, options=options); case("SYN again", dict(flags="S", seq=0, options=options), A, options=options); case("SYN elsewhere", dict(flags="S", seq=500, options=options), dict(flags=".", seq=1), options=options); case("SYN before", dict(flags="S", seq=-500, options=options), dict(flags=".", seq=1), options=options)
    case("ACK of 0", dict(flags=".", ack=0), options=options); case("ACK of 2", dict(flags=".", ack=2), options=options); case("ACK beyond the window", dict(flags=".", seq=70000), options=options); case("ACK before", dict(flags=".", seq=0), options=options); case("ACK before and again", dict(flags=".", seq=0), A, options=options); case("data", dict(flags="P.", data=10), options=options); case("data beyond a hole", dict(flags="P.", data=10, seq=11), options=options); case("data beyond the window", dict(flags="P.", data=10, seq=70000), A, options=options); case("data overlapping the SYN", dict(flags="P.", data=10, seq=0), options=options)
    case("FIN", dict(flags="F."), options=options); case("data and FIN", dict(flags="FP.", data=10), options=options); case("SYN ACK", dict(flags="S."), options=options); case("SYN ACK at 0", dict(flags="S.", seq=0), options=options); case("no ACK", dict(flags="P", data=4), options=options); case("no flags", dict(flags=""), options=options)
    case("RST", dict(flags="R"), A, options=options); case("RST elsewhere", dict(flags="R", seq=9), A, options=options); case("RST far", dict(flags="R", seq=90000), A, options=options); case("RST ACK", dict(flags="R."), options=options); case("RST ACK bad", dict(flags="R.", ack=77), A, options=options); case("window 0", dict(flags=".", win=0), options=options)
case("old stamp", dict(flags=".", options="nop,nop,ts 50 0"), dict(flags=".", options="nop,nop,ts 500 0")); case("no stamp", dict(flags=".", options="")); case("echo too new", dict(flags=".", options="nop,nop,ts 500 -90000")); case("echo too old", dict(flags=".", options="nop,nop,ts 500 90000")); case("SYN again, other options", dict(flags="S", seq=0, options="mss 600"), A)
P
