# needs: tun
# Which segments that arrive are acknowledged at once and which after a while: at the start, in a dialogue, every second one, after silence.
. "${0%/*}/../lib.sh"
py <<'P'
from tcpwire import *
w = Wire(); l = w.listener()
s, f = w.accepted(l)
for n in range(20): f.say(f"full segment {n}", data=1000); s.recv(9999)
f.told("delayed", 0.25)
f.say("full", data=1000, wait=0.1); s.recv(9999); f.say("two", data=1000); s.recv(9999); f.say("second", data=1000); s.recv(9999); f.told("delayed", 0.1)
f.over(s)
s, f = w.accepted(l)
say("a dialogue")
for n in range(3): f.say("asks", "P.", data=100, wait=0.06); s.recv(1000); w.act(s.send, b"answer"); f.told("answers", 0.06); f.send("."); f.told("acked")
f.say("asks", "P.", data=100); f.told("no answer", 0.25); f.say("asks", "P.", data=100); f.told("no answer", 0.25); f.over(s)
s, f = w.accepted(l); s.setsockopt(IPPROTO_TCP, TCP_QUICKACK, 0); say("TCP_QUICKACK 0")
for n in range(3): f.say("small", "P.", data=10, wait=0.25)
s.setsockopt(IPPROTO_TCP, TCP_QUICKACK, 1); f.told("TCP_QUICKACK 1")
for n in range(3): f.say("small", "P.", data=10, wait=0.1)
f.say("FIN", "F."); f.over(s)
s, f = w.connected(); say("we connected")
for n in range(3): f.say("small", "P.", data=10, wait=0.1)
f.over(s)
P
