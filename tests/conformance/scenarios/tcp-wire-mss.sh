# needs: tun
# The segment size on the wire: of MTU, option, TCP_MAXSEG and route; the window of SYNs by SO_RCVBUF, TCP_WINDOW_CLAMP and route.
. "${0%/*}/../lib.sh"
py <<'P'
from tcpwire import *
w = Wire(1400, windows=True)
def both(what, size=3000, options="mss 1460,sackok,ts,nop,wscale 7", **on):
    s, f = w.connecting(**on); f.told(what); f.ts = "ts" in options; f.send("S.", options=options); f.forget(); told_info(s, "snd_mss rcv_mss advmss pmtu"); w.act(s.send, b"x" * size); f.told("data"); f.over(s)
    l = w.listener(**on); f = w.flow(8080); f.say("listening", "S", options=options); f.ts = "ts" in options; f.send("."); s, _ = l.accept(); f.told("stands"); w.act(s.send, b"x" * size); f.told("data"); told_info(s, "snd_mss rcv_mss advmss pmtu"); f.over(s); l.close()
both("mtu 1400")
both("peer's mss 500", options="mss 500,sackok,ts,nop,wscale 7")
both("peer's mss 100, no stamps", 250, options="mss 100")
both("TCP_MAXSEG 700", TCP_MAXSEG=700)
for n in (2048, 4096, 30000, 200000): both(f"SO_RCVBUF {n}", 1, SO_RCVBUF=n)
for n in (1000, 3000, 100000): both(f"TCP_WINDOW_CLAMP {n}", 1, TCP_WINDOW_CLAMP=n)
for how in ("advmss 600", "mtu 1000", "mtu lock 900", "window 5000", "initcwnd 2", "initrwnd 4", "quickack 1"): sh("ip route replace 192.0.2.2 dev tun0 " + how); both("route " + how)
P
