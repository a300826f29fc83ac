# needs: tun
# ip_forward_use_pmtu: whether what was learnt of a path to a host also rules what is forwarded to it.
. "${0%/*}/../lib.sh"
ns r
ip -n r link set lo up
py r <<'P'
from wire import *
t, u = Tap("tap0", "10.0.1.1/24"), Tap("tap1", "10.0.2.1/24")
t.know("10.0.1.2"); u.know("10.0.2.2")
for name, value in dict(ip_forward=1, icmp_ratelimit=0).items(): put(name, value)
sh("ip route add 203.0.113.0/24 via 10.0.2.2")
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.sendto(b"x" * 1000, ("203.0.113.9", 7))
quoted = ip("10.0.2.1", "203.0.113.9", udp(s.getsockname()[1], 7, b"x" * 1000), df=True)
u.send(ip("10.0.2.2", "10.0.2.1", icmp(3, 4, struct.pack("!HH", 0, 700), quoted[:60]), proto=1))
time.sleep(0.05)
say(sh("ip route get 203.0.113.9").split("uid")[0], "mtu 700" in sh("ip route get 203.0.113.9"))
t.drain(); u.drain()
def forwarded(what, df, to="203.0.113.9"):
    t.send(ip("10.0.1.2", to, udp(1, 2, b"y" * 900), df=df))
    say(what, to, "df" if df else "no df")
    for name, d in (("  on", u), ("  back", t)):
        for f in d.frames(0.05): say(name, len(f[14:]), "icmp" if f[23] == 1 else "mf" if f[20] & 0x20 else "")
for n in (0, 1):
    put("ip_forward_use_pmtu", n)
    for df in (True, False): forwarded(f"ip_forward_use_pmtu {n}", df)
    forwarded(f"ip_forward_use_pmtu {n}", True, "203.0.113.10")
sh("ip route replace 203.0.113.0/24 via 10.0.2.2 mtu lock 1200")
forwarded("a locked MTU", True)
sh("ip route replace 203.0.113.0/24 via 10.0.2.2 mtu 800")
put("ip_forward_use_pmtu", 0)
forwarded("the route's own MTU", True)
P
