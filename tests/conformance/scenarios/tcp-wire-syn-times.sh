# needs: tun
# When SYNs and SYN-ACKs are sent again and for how long: tcp_syn_retries, TCP_SYNCNT, TCP_USER_TIMEOUT, tcp_synack_retries; what a connection
# begins with after that.
. "${0%/*}/../lib.sh"
py <<'P'
from tcpwire import *
w = Wire(); flows, ends = [], {}; I = "state retransmits backoff unacked lost retrans total_retrans rto snd_cwnd snd_ssthresh ca_state snd_mss"
def go(what, **on): flows.append((what, *w.connecting(**on), time.monotonic()))
for n in (1, 2, 3): go(f"TCP_SYNCNT {n}", TCP_SYNCNT=n)
for t in (1500, 2500): go(f"TCP_USER_TIMEOUT {t}", TCP_USER_TIMEOUT=t)
go("both", TCP_USER_TIMEOUT=2500, TCP_SYNCNT=7); put("tcp_synack_retries", 1)
for port, on in ((8080, {}), (8081, dict(TCP_SYNCNT=2)), (8082, dict(TCP_USER_TIMEOUT=1500))): l = w.listener(port, **on); f = w.flow(port); f.send("S", options=FULL); flows.append((f"listener {on}", l, f, time.monotonic()))
while time.monotonic() < flows[0][3] + 8.5:
    w._read(0.02)
    for what, s, f, t in flows:
        if state(s) == "CLOSE": ends.setdefault(what, time.monotonic() - t)
for what, s, f, t in flows: say(what, *(about(h.at - t) or "at once" for h in f.heard), *(["ends", about(ends[what])] if what in ends else []))
told_info(flows[2][1], I)
for _, s, *_ in flows: s.close()
w.collect(); w.told(); put("tcp_synack_retries", 5)
s, f = w.connecting(); f.told("SYN", 1.2); told_info(s, I); f.say("the second is answered", "S.", options="mss 1460"); told_info(s, "state retransmits total_retrans snd_cwnd snd_ssthresh snd_mss"); say(info(s)["rto"] == 3000000); f.over(s)
s, f = w.connecting(); f.told("SYN", 2.2); f.say("the third is answered", "S.", options=FULL); told_info(s, "state retransmits total_retrans snd_cwnd snd_ssthresh snd_mss"); say(info(s)["rto"] < 900000); f.over(s)
l = w.listener(8083); f = w.flow(8083); f.say("SYN-ACK", "S", options="mss 1460", wait=1.2); f.say("its ACK", "."); s, _ = l.accept(); told_info(s, "state total_retrans rto snd_cwnd"); f.over(s)
P
