# needs: tun
# What a sender lets out: ten segments at first, more with each ack, in slow start and behind it; what counts as used.
. "${0%/*}/../lib.sh"
py <<'P'
from tcpwire import *
w = Wire(); l = w.listener(SO_SNDBUF=1 << 20)
def burst(what, f, n=0): f.told(what, n)
def acked(f, upto, what="ack"): f.say(f"{what} {upto}", ".", ack=upto)
for options in ("mss 1460", FULL):
    for rtt in (0.03,):
        s, f = w.accepted(l, options, rtt); m = info(s)["snd_mss"]; say("with", options, "rtt", rtt); s.setblocking(False); w.act(s.send, bytes(90000)); burst("at first", f)
        at = 1
        for n in (1, 1, 2, 3, 1): time.sleep(rtt); at += n * m; acked(f, at); told_info(s, "snd_cwnd unacked")
        acked(f, at + 10, "odd"); acked(f, at + 1 + m, "odd"); told_info(s, "snd_cwnd unacked"); time.sleep(rtt); acked(f, f.got, "all"); told_info(s, "snd_cwnd unacked delivered"); f.over(s)
s, f = w.accepted(l, FULL, 0.03); s.send(bytes(1448 * 4)); f.told("four"); f.say("acked", "."); told_info(s, "snd_cwnd unacked"); s.send(bytes(1448 * 10)); f.told("ten"); f.say("acked", "."); told_info(s, "snd_cwnd"); s.send(bytes(1448 * 30)); f.told("thirty"); f.over(s)
sh("ip route replace 192.0.2.2 dev tun0 initcwnd 3"); s, f = w.accepted(l, "mss 1460", 0.03); s.setblocking(False); w.act(s.send, bytes(40000)); f.told("initcwnd 3"); f.say("ack", ".", ack=1461); f.over(s); sh("ip route del 192.0.2.2 dev tun0")
s, f = w.accepted(l, "mss 1460", 0.03, win=2000); s.setblocking(False); w.act(s.send, bytes(10000)); f.told("window 2000"); f.win = 3000; f.say("ack", ".", ack=1001); f.say("less window", ".", ack=1001, win=100); f.over(s)
s, f = w.accepted(l, "mss 1460", 0.03, win=1000); s.setblocking(False); w.act(s.send, bytes(5000)); f.told("window 1000"); f.say("acked", "."); f.say("window 1200", ".", win=1200); f.over(s)
P
