# needs: tun
# ECN on the wire: who grants it, marks and their echo, CWR, what a sender does about an echo, TCP_INFO.
. "${0%/*}/../lib.sh"
py <<'P'
from tcpwire import *
w = Wire(tcp_ecn=1); l = w.listener(SO_SNDBUF=1 << 20); I = "options delivered delivered_ce snd_cwnd snd_ssthresh ca_state"
for flags in ("S.", "SE."): s, f = w.connecting(); f.told("SYN"); f.say(f"answered by {flags}", flags, options=FULL); f.ts = True; told_info(s, I); w.act(s.send, b"x" * 10); f.told("data"); f.over(s)
for tos in (1, 2, 3): s, f = w.connecting(); f.forget(); f.say(f"SYN-ACK with {tos}", "SE.", options=FULL, tos=tos); f.ts = True; told_info(s, I); f.over(s)
s, f = w.connecting(); f.told("SYN", 1.2); f.say("the second is granted", "SE.", options=FULL); told_info(s, I); f.over(s)
for tos in (0, 1, 2, 3): f = w.flow(8080); f.say(f"SYN with {tos}", "SEC", options=FULL, tos=tos); f.ts = True; f.say("ACK", "."); s, _ = l.accept(); told_info(s, I); f.over(s)
def ecn(): f = w.flow(8080); f.send("SEC", options=FULL); w.collect(0.02); f.ts = True; f.send("."); s, _ = l.accept(); f.forget(); return s, f
s, f = ecn(); f.say("data, CE", "P.", 10, tos=3); f.say("again", "P.", 10, tos=2); f.say("CWR", "PC.", 10, tos=2); f.say("after", "P.", 10, tos=2); f.say("CE and CWR", "PC.", 10, tos=3); f.say("CWR without data", "C."); f.say("CE without data", ".", tos=3); f.say("data", "P.", 5, tos=2, wait=0.1); told_info(s, "options"); f.over(s)
s, f = ecn(); f.say("not-ECT data", "P.", 10); f.say("ECT(1)", "P.", 10, tos=1); f.say("CE out of order", "P.", 10, seq=50, tos=3); f.say("old CE", "P.", 5, seq=1, tos=3); f.say("CWR out of order", "PC.", 10, seq=100, tos=2); f.say("old CWR", "PC.", 5, seq=1, tos=2, wait=0.06); f.over(s)
s, f = ecn(); [f.send("P.", 1000, tos=2) for _ in range(20)]; w.collect(0.1); s.recv(30000); f.forget(); f.say("full, CWR", "C.", 1448, tos=2, wait=0.1); f.say("small, CWR", "PC.", 10, tos=2, wait=0.1); f.over(s)
s, f = ecn(); w.act(s.send, bytes(1448 * 10)); f.told("ten"); f.say("ECE", "E.", ack=1449); told_info(s, I); f.say("ECE again", "E.", ack=2897); told_info(s, I); w.act(s.send, bytes(1448 * 3)); f.told("more"); f.say("rest", "."); told_info(s, I); w.act(s.send, b"y"); f.told("a byte"); f.over(s)
s, f = ecn(); s.send(b"x" * 100); f.told("sent", 0.3); f.say("ack", "."); s.send(b"y" * 10); f.told("after a timeout"); f.over(s)
s, f = ecn(); w.act(s.shutdown, SHUT_WR); f.told("FIN"); f.over(s)
s, f = ecn(); f.say("ECE of nothing", "E."); w.act(s.send, b"z"); f.told("sent"); f.say("ECE of it", "E."); told_info(s, I); f.over(s)
put("tcp_ecn", 0); s, f = ecn(); told_info(s, I); f.over(s)
put("tcp_ecn", 2); s, f = w.connecting(); f.told("tcp_ecn 2"); f.over(s); s, f = ecn(); told_info(s, I); f.over(s)
P
