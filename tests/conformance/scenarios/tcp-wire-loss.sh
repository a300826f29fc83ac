# needs: tun
# Fast retransmit and recovery: by duplicate acks, by SACK, by what was delivered later; limited transmit, the reduction step by step.
. "${0%/*}/../lib.sh"
py <<'P'
from tcpwire import *
w = Wire(); l = w.listener(SO_SNDBUF=1 << 20)
I = "ca_state unacked lost retrans sacked snd_cwnd snd_ssthresh"
def open_(*a, **k): return w.sending(l, *a, **k)
say("no SACK"); s, f, m = open_("mss 1460")
for n in range(1, 7): f.say(f"duplicate {n}", ".", ack=1); told_info(s, I)
f.say("all", "."); told_info(s, I); f.over(s)
say("SACK")
s, f, m = open_()
for n in range(2, 8): f.say(f"SACK to {n}", ".", ack=1, options=f"+sack {1 + m}:{1 + n * m}"); told_info(s, I)
f.say("partial", ".", ack=1 + 7 * m); told_info(s, I); f.say("all", "."); told_info(s, I); f.over(s)
say("two holes"); s, f, m = open_()
f.say("SACK", ".", ack=1, options=f"+sack {1 + m}:{1 + 2 * m}"); f.say("SACK", ".", ack=1, options=f"+sack {1 + 3 * m}:{1 + 4 * m} {1 + m}:{1 + 2 * m}"); f.say("SACK", ".", ack=1, options=f"+sack {1 + 3 * m}:{1 + 6 * m} {1 + m}:{1 + 2 * m}"); told_info(s, I); f.say("SACK", ".", ack=1, options=f"+sack {1 + 3 * m}:{1 + 8 * m} {1 + m}:{1 + 2 * m}"); told_info(s, I); f.say("first hole filled", ".", ack=1 + 2 * m, options=f"+sack {1 + 3 * m}:{1 + 9 * m}"); told_info(s, I); f.say("all", "."); told_info(s, I); f.over(s)
say("by time"); s, f, m = open_(); f.say("the last SACKed", ".", ack=1, options=f"+sack {1 + 9 * m}:{1 + 10 * m}"); told_info(s, I); f.told("wait", 0.1); told_info(s, I); f.over(s)
say("lost again"); s, f, m = open_(); f.say("SACK", ".", ack=1, options=f"+sack {1 + m}:{1 + 4 * m}"); time.sleep(0.2); f.say("what was sent later", ".", ack=1, options=f"+sack {1 + 10 * m}:{1 + 11 * m} {1 + m}:{1 + 4 * m}"); told_info(s, I); f.over(s)
P
