# needs: tun
# What was not lost after all: the reduction undone by D-SACK, by stamps, F-RTO; reordering learnt.
. "${0%/*}/../lib.sh"
py <<'P'
from tcpwire import *
w = Wire(); l = w.listener(SO_SNDBUF=1 << 20)
I = "ca_state unacked lost retrans sacked snd_cwnd snd_ssthresh reordering reord_seen dsack_dups"
def open_(*a, **k): return w.sending(l, *a, **k)
say("stamps: the original arrived late"); s, f, m = open_(); old = f.stamp
f.say("SACK", ".", ack=1, options=f"+sack {1 + m}:{1 + 4 * m}"); told_info(s, I); f.send(".", ack=1 + 4 * m, options=f"nop,nop,ts 9000 {f.stamp - old}"); f.told("acked the original"); told_info(s, I); f.over(s)
say("D-SACK"); s, f, m = open_("mss 1460,sackok", size=14600); f.say("SACK", ".", ack=1, options=f"nop,nop,sack {1 + m}:{1 + 4 * m}"); f.say("all four", ".", ack=1 + 4 * m); told_info(s, I); f.say("D-SACK", ".", ack=1 + 4 * m, options=f"nop,nop,sack 1:{1 + m}"); told_info(s, I); f.over(s)
say("timeout, the original acked, by stamps"); s, f, m = open_(); old = f.stamp; f.told("timeout", 0.42); told_info(s, I); f.send(".", ack=1 + 2 * m, options=f"nop,nop,ts 9000 {f.stamp - old}"); f.told("acked the original"); told_info(s, I); f.over(s)
say("F-RTO: two acks that move"); s, f, m = open_("mss 1460,sackok"); f.told("timeout", 0.42); f.say("first", ".", ack=1 + m); told_info(s, I); f.say("second", ".", ack=1 + 2 * m); told_info(s, I); f.say("third", ".", ack=1 + 10 * m); told_info(s, I); f.over(s)
say("F-RTO: lost indeed"); s, f, m = open_("mss 1460,sackok"); f.told("timeout", 0.42); f.say("first", ".", ack=1 + m); f.say("duplicate", ".", ack=1 + m); told_info(s, I); f.over(s)
say("reordering"); s, f, m = open_(); f.say("SACK", ".", ack=1, options=f"+sack {1 + 2 * m}:{1 + 3 * m}"); f.say("the earlier one", ".", ack=1 + 3 * m); told_info(s, I); f.over(s)
s, f, m = open_(); f.say("SACK", ".", ack=1, options=f"+sack {1 + 3 * m}:{1 + 4 * m}"); f.say("an earlier one", ".", ack=1, options=f"+sack {1 + m}:{1 + 2 * m} {1 + 3 * m}:{1 + 4 * m}"); told_info(s, I); f.over(s)
P
