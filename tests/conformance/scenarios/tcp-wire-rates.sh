# needs: tun
# How often answers to bad segments come: tcp_invalid_ratelimit for each connection.
. "${0%/*}/../lib.sh"
py <<'P'
from tcpwire import *
w = Wire(); l = w.listener()
s, f = w.accepted(l)
for n in (1, 2): f.say("SYN", "S", seq=5)
for n in (1, 2): f.say("old data", data=5, seq=-100)
for n in (1, 2): f.say("beyond the window", data=5, seq=90000)
for n in (1, 2): f.say("old stamp", data=5, options="nop,nop,ts 1 0")
for n in (1, 2): f.say("RST in the window", "R", seq=9)
for n in (1, 2): f.say("ack beyond", ".", ack=90)
for n in (1, 2): f.say("ack too old", ".", ack=-900000)
time.sleep(0.55); f.say("half a second later: beyond the window", ".", seq=90000); f.say("at once again", ".", seq=90000); f.say("a SYN", "S", seq=5); f.say("ack too old", ".", ack=-900000); f.over(s)
put("tcp_invalid_ratelimit", 0); flows = [w.accepted(l) for n in range(3)]
heard = 0
for s, f in flows:
    for n in range(4): f.send("R", seq=9); w.collect(); heard += len(w.told())
say("without a limit of 12 resets answered", heard)
P
