# needs: tun
# The peer's window closes: probes and their times, answers, opening by a little and enough; probes of TCP_USER_TIMEOUT.
. "${0%/*}/../lib.sh"
py <<'P'
from tcpwire import *
w = Wire(); l = w.listener()
I = "probes backoff unacked retransmits"
s, f = w.accepted(l, FULL, win=0); s.send(b"x" * 100); f.told("window 0 from the start", 1.7); told_info(s, I); f.say("answered", ".", win=0); told_info(s, I); f.told("goes on", 1.7); f.say("opens", ".", win=65535); told_info(s, I); f.over(s)
s, f = w.accepted(l, "mss 1460", win=1000); s.send(b"x" * 3000); f.told("window 1000"); f.win = 0; f.say("acked, closed", ".", win=0); f.told("probe", 0.25); f.say("opens by 10", ".", win=10); f.told("then", 0.3); f.say("opens by 1500", ".", win=1500); f.over(s)
s, f = w.accepted(l, "mss 1460", win=1000); s.send(b"x" * 1000); f.told("window 1000"); f.say("closed, not acked", ".", win=0, ack=1); f.told("then", 0.3); f.say("acked", ".", win=0); f.told("nothing to send", 0.3); w.act(s.send, b"y"); f.told("a byte waits", 0.3); f.say("opens", "."); f.over(s)
s, f = w.accepted(l, FULL, win=0); s.setsockopt(IPPROTO_TCP, TCP_USER_TIMEOUT, 900); s.send(b"x" * 10); f.told("user timeout 0.9 s", 1.4); say(state(s), s.getsockopt(SOL_SOCKET, SO_ERROR)); f.over(s)
s, f = w.accepted(l, FULL); s.setsockopt(IPPROTO_TCP, TCP_USER_TIMEOUT, 900); s.send(b"x" * 10); f.told("data, user timeout 0.9 s", 1.4); say(state(s), s.getsockopt(SOL_SOCKET, SO_ERROR)); f.over(s)
for first, now in ((5, 5), (10, 10), (60, 40), (300, 300), (300, 200), (600, 600), (600, 299), (2000, 900)):
    for n, busy in ((10, 0), (1000, 0), (1000, 20)):
        s, f = w.accepted(l, "mss 1460", win=0); f.send("P.", 1, win=first); w.collect(); f.win = now; f.send("P.", 1); w.collect()
        if busy: s.send(bytes(min(busy, now)))
        w.collect(); f.forget(); w.act(s.send, bytes(n)); w.collect(); say(f"largest window {first}, now {now}, {n} behind {busy}: sent", *(len(x.data) for _, x in w.told())); f.over(s)
P
