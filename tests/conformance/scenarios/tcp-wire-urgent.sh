# needs: tun
# Urgent data on the wire: which segments tell of it, what follows it, probes of a closed window; acks where the window was taken back.
. "${0%/*}/../lib.sh"
py <<'P'
from tcpwire import *
w = Wire(); l = w.listener()
s, f = w.accepted(l, "mss 1460", win=0); w.act(s.send, b"x" * 10, MSG_OOB); f.told("window 0, urgent", 0.8); f.say("opens", ".", win=65535); f.over(s)
s, f = w.accepted(l, "mss 1460"); w.act(s.send, b"x" * 10, MSG_OOB); f.told("urgent"); f.say("data", "P.", 5, ack=1); w.act(s.send, b"y" * 10); f.told("small"); w.act(s.send, b"z"); f.told("small"); f.say("ack", "."); f.over(s)
s, f = w.accepted(l, "mss 1460"); w.act(s.send, b"a", MSG_OOB); w.act(s.send, b"b", MSG_OOB); w.act(s.send, b"c"); f.told("two and a plain one"); w.act(s.shutdown, SHUT_WR); f.told("FIN"); f.over(s)
s, f = w.accepted(l, "mss 1460"); s.send(b"x" * 3000); f.told("sent"); f.say("window taken back", "P.", 5, ack=2000, win=0); s.recv(9); w.act(s.setsockopt, SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0)); w.act(s.close); f.told("reset"); f.over()
for ack in (1000, 2990): s, f = w.accepted(l, FULL); s.send(b"x" * 3000); f.told("sent"); f.say(f"window taken back to {ack}", "P.", 5, ack=ack, win=0); f.over(s)
P
