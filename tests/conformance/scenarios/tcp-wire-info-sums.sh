# needs: tun
# TCP_INFO's sums of timeouts, recoveries from them and the time these took, of SYNs and of data; its size.
. "${0%/*}/../lib.sh"
py <<'P'
from tcpwire import *
w = Wire(); l = w.listener(SO_SNDBUF=1 << 20)
def told(s):
    have = info(s); n = have["total_rto_time"]
    say("   timeouts", have["total_rto"], "recoveries", have["total_rto_recoveries"], "ms <=", next((t for t in (0, 50, 250, 600, 1400, 2600, 5000) if n <= t), "more"))
c = tcp(); say("fresh", len(c.getsockopt(IPPROTO_TCP, TCP_INFO, 512))); told(c); say("listens", len(l.getsockopt(IPPROTO_TCP, TCP_INFO, 512))); told(l)
s, f = w.accepted(l, FULL, 0.02); told(s); told_info(s, "snd_wnd received_ce delivered_e0_bytes"); w.act(s.send, bytes(2000)); f.told("two segments, no answer", 1.1); told(s); f.say("ack", "."); told(s)
pause(0.6); told(s); f.over(s)
s, f = w.accepted(l, FULL, 0.02); s.setblocking(False); w.act(s.send, bytes(60000)); f.told("a window", 0.35); told(s); f.say("ack of one", ".", ack=1449); told(s); pause(0.15); told(s); f.told("later", 0.3); told(s)
f.send(".", ack=2897); f.forget(); told(s); f.send("."); f.forget(); told(s); pause(0.3); told(s); f.over(s)
s, f = w.accepted(l, FULL, 0.06); w.act(s.send, bytes(5000)); f.told("a window", 0.5); told(s); f.say("all had come", ".", options="+sack 1:5001"); told(s); f.over(s)
c = tcp(); c.setblocking(False); f = w.flow(); w.act(c.connect_ex, (US, f.remote)); f.told("SYNs", 3.2); told(c); f.say("SYN-ACK", "S.", options=FULL); told(c); f.over(c)
f = w.flow(8080); f.send("S", options=FULL); f.told("SYN-ACKs", 3.2); f.ts = True; f.say("ack", "."); s, _ = l.accept(); told(s); f.over(s)
P
