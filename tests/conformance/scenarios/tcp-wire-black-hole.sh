# needs: tun
# A path that swallows large segments: tcp_mtu_probing, tcp_base_mss, tcp_mtu_probe_floor. Timeouts are linear here, for speed.
. "${0%/*}/../lib.sh"
py <<'P'
from tcpwire import *
w = Wire(); l = w.listener(SO_SNDBUF=1 << 20)
for name, value in dict(tcp_thin_linear_timeouts=1, tcp_mtu_probing=1, tcp_retries1=0).items(): put(name, value)
for base, floor in ((1024, 48), (1024, 600), (700, 400)):
    put("tcp_base_mss", base); put("tcp_mtu_probe_floor", floor)
    s, f = w.accepted(l, FULL, 0.02); w.act(s.send, bytes(1448)); f.told(f"tcp_base_mss {base}, tcp_mtu_probe_floor {floor}", 4, 5); told_info(s, "retransmits pmtu snd_mss"); f.over(s)
put("tcp_mtu_probing", 0)
s, f = w.accepted(l, FULL, 0.02); w.act(s.send, bytes(1448)); f.told("tcp_mtu_probing 0", 4, 4); told_info(s, "retransmits pmtu snd_mss"); f.over(s)
P
