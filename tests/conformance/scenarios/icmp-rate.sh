# needs: tun
# How many errors a sender gets at once by the settings that every namespace begins with: of routing, of ports, of both.
. "${0%/*}/../lib.sh"
ns a
ip -n a link set lo up
py a <<'P'
from wire import *
t = Tap("tap0", "192.0.2.1/24")
put("ip_forward", 1)
for i in range(2, 9): t.know(f"192.0.2.{i}")
sh("ip route add unreachable 10.0.0.0/8")
def burst(what, *packets):
    t.drain()
    for p in packets: t.send(p)
    say(what + ":", len(t.frames(0.1)))
burst("no route", *[ip("192.0.2.2", "8.8.8.8", udp(1, 2))] * 12)
burst("unreachable", *[ip("192.0.2.3", "10.0.0.1", udp(1, 2))] * 12)
burst("port", *[ip("192.0.2.4", "192.0.2.1", udp(1, 2))] * 12)
burst("port, then no route", *[ip("192.0.2.5", "192.0.2.1", udp(1, 2))] * 3, *[ip("192.0.2.5", "8.8.8.8", udp(1, 2))] * 12)
burst("time exceeded", *[ip("192.0.2.6", "192.0.2.99", udp(1, 2), ttl=1)] * 12)
P
