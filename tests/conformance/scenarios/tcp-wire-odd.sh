# needs: tun
# Segments that don't fit, and what is done with their data all the same: acks of long ago, none at all, stamps of what was as expected or not.
. "${0%/*}/../lib.sh"
py <<'P'
from tcpwire import *
w = Wire(); l = w.listener()
def old(what, acks, *before, options=FULL, datas=(0, 10), **fields):
    for data in datas:
        for ack in acks:
            s, f = w.accepted(l, options)
            for step in before: step(s, f)
            f.forget(); f.say(f"{what}: data {data}, ack {ack}", "P.", data, ack=f.got + ack, **fields); say("   ", state(s), inq(s), info(s)["bytes_acked"]); f.over(s)
def sent(s, f): s.send(bytes(100)); f.forget()
def acked(s, f): f.send("."); w.collect()
def got(s, f): f.send("P.", 50); w.collect()
def hole(s, f): f.send("P.", 50, seq=f.next + 10); w.collect()
for o in (FULL, "mss 1460"):
    old("nothing sent", (-1, 1), options=o); old("sent", (-1, -100, -101, -100000), sent, options=o); old("sent and acked", (-1, -101), sent, acked, options=o); old("sent, acked, sent", (-101, -200, -201), sent, acked, sent, options=o)
    old("another window", (-101,), sent, options=o, win=65000); old("got, sent", (-101,), got, sent, options=o); old("behind a hole", (-101,), sent, hole, options=o); old("ahead of a hole", (-101,), sent, options=o, seq=10); old("overlapping", (-101,), sent, options=o, seq=-5)
    s, f = w.accepted(l, o, win=0); s.send(bytes(100)); f.forget(); f.say("window 0", "P.", 10, ack=f.got - 100000, win=0); say("   ", state(s), inq(s)); f.over(s)
for flags in ("", "P", "F", "U"):
    for seq in (0, 70000, -70000, -5): s, f = w.accepted(l); f.say(f"{flags or 'no flags'}, {seq}", flags, 5, seq=f.next + seq); f.say("again, old stamp", flags, seq=f.next + seq, options="nop,nop,ts 1 0"); f.over(s)
P
