# needs: tun
# SYNs and SYN-ACKs that got lost or were only slow: the window and the state after it, how often they go again, Fast Open's and crossing ones too.
. "${0%/*}/../lib.sh"
py <<'P'
from tcpwire import *
w = Wire(tcp_ecn=1, tcp_fastopen=0x203, tcp_syncookies=0, tcp_synack_retries=1)
I = "options snd_cwnd snd_ssthresh ca_state retransmits retrans lost unacked total_retrans bytes_acked"
def stamp(f): return struct.unpack("!I", dict(parsed(f.heard[0].options))[8][:4])[0]
def after(what, s, f):
    told_info(s, I, f"{what}, sent {len(f.heard)} times:"); w.act(s.send, bytes(5000)); f.told("    data"); told_info(s, I, "    then"); f.say("    acked", "."); told_info(s, I, "    then"); f.over(s)
def answer(what, s, f, options, slow):
    told_info(s, I, f"{what} waits:")
    if slow: f.stamp = stamp(f)
    f.send("S.", options=options); f.ts = "ts" in options; f.forget(); after(what, s, f)
def ends(what, s, f, slow):
    if slow: f.stamp = stamp(f)
    f.send("."); c, _ = s.accept(); f.forget(); after(what, c, f)
def connecting(): return [(o, slow, *w.connecting(TCP_SYNCNT=6)) for o in (FULL, "mss 1460", "mss 1460,sackok", "mss 1460,ts,nop,nop") for slow in ((0, 1) if "ts" in o else (0,))]
put("tcp_syn_retries", 2); put("tcp_syn_linear_timeouts", 0); children = []; began = time.monotonic()
for i, on in enumerate(({}, {"TCP_SYNCNT": 1}, {"TCP_SYNCNT": 2})):
    l = w.listener(8081 + i, TCP_FASTOPEN=5, **on); f = w.flow(8081 + i); f.send("S", 10, options=FULL); s, _ = l.accept(); children.append((on, s, f))
s, f = w.connecting(); w.collect(); f.send("S", options=FULL); children.append(("crossing", s, f)); opening = connecting(); w.collect(1.3); w.told()
for o, slow, s, f in opening: answer(o + (" slow" if slow else ""), s, f, o, slow)
opening = connecting(); l = w.listener(8080, TCP_SYNCNT=6); asked = []
for o in (FULL, "mss 1460"):
    for slow in ((0, 1) if "ts" in o else (0,)): f = w.flow(8080); f.send("S", options=o); f.ts = "ts" in o; asked.append((o, slow, f))
w.collect(3.3); w.told()
for o, slow, s, f in opening: answer(o + (" slow" if slow else ""), s, f, o, slow)
for o, slow, f in asked: ends("SYN-ACK " + o + (" slow" if slow else ""), l, f, slow)
w.collect(began + 7.6 - time.monotonic()); w.told()
for on, s, f in children: say(on, "SYN-ACKs:", sum("S" in x.flags and "A" in x.flags for x in f.heard), state(s)); f.over(s)
P
