# needs: tun
# After a pause the congestion window is halved for each timeout that passed, down to the initial one: tcp_slow_start_after_idle.
. "${0%/*}/../lib.sh"
py <<'P'
from tcpwire import *
w = Wire(); l = w.listener(SO_SNDBUF=1 << 20)
for idle, on in ((0.15, 1), (0.34, 1), (0.57, 1), (0.9, 1), (0.57, 0)):
    put("tcp_slow_start_after_idle", on); s, f = w.accepted(l, FULL, 0.02); s.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
    for n in (10, 20, 40): s.send(bytes(1448 * n)); w.collect(0.02); f.send("."); w.collect(0.005)
    w.told(); told_info(s, "snd_cwnd", f"{idle} s, setting {on}:"); time.sleep(idle); told_info(s, "snd_cwnd", "  before"); s.send(bytes(1448 * 100)); w.collect(0.02); w.told(); told_info(s, "snd_cwnd snd_ssthresh", "  after"); f.over(s)
P
