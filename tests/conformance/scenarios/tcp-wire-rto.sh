# needs: tun
# The retransmission timeout: when, what of it, doubled; the tail loss probe; what an ack after it lets out; sums of TCP_INFO.
. "${0%/*}/../lib.sh"
py <<'P'
from tcpwire import *
w = Wire(); l = w.listener(SO_SNDBUF=1 << 20)
I = "ca_state retransmits backoff unacked lost retrans sacked snd_cwnd snd_ssthresh total_retrans"
s, f = w.accepted(l, FULL, 0.02); w.act(s.send, bytes(2000)); f.told("two segments, no answer", 1.1); told_info(s, I); f.say("ack", "."); told_info(s, I); f.over(s)
s, f = w.accepted(l, FULL, 0.02); s.setblocking(False); w.act(s.send, bytes(60000)); f.told("a window", 0.35); told_info(s, I); f.say("ack of one", ".", ack=1449); told_info(s, I); f.over(s)
s, f = w.accepted(l, "mss 1460,sackok", 0.02); s.setblocking(False); w.act(s.send, bytes(60000)); f.told("no stamps", 0.35); f.say("ack of one", ".", ack=1461); told_info(s, I); f.say("SACK", ".", ack=1461, options="nop,nop,sack 2921:4381"); told_info(s, I); f.over(s)
s, f = w.accepted(l, "mss 1460", 0.02); s.setblocking(False); w.act(s.send, bytes(60000)); f.told("no SACK", 0.35); f.say("ack of one", ".", ack=1461); told_info(s, I); f.say("ack of two", ".", ack=2921); told_info(s, I); f.over(s)
put("tcp_early_retrans", 3); say("with probes")
s, f = w.accepted(l, FULL, 0.02); w.act(s.send, bytes(1000)); f.told("one", 0.8); told_info(s, I); f.say("ack", "."); told_info(s, I); f.over(s)
s, f = w.accepted(l, FULL, 0.06); w.act(s.send, bytes(5000)); f.told("four", 0.6); told_info(s, I); f.say("SACK of the probe", ".", ack=1, options="+sack 4345:5001"); told_info(s, I); f.over(s)
s, f = w.accepted(l, FULL, 0.06); w.act(s.send, bytes(5000)); f.told("four", 0.2); f.say("D-SACK", ".", options="+sack 4345:5001"); told_info(s, I + " dsack_dups"); f.over(s)
s, f = w.accepted(l, "mss 1460", 0.06); w.act(s.send, bytes(5000)); f.told("no SACK, no probe", 0.4); f.over(s)
P
