# needs: tun
# Redirects: who is sent one, which are believed, what they change.
. "${0%/*}/../lib.sh"
ns a
ip -n a link set lo up
py a <<'P'
from wire import *
t = Tap("tap0", "192.0.2.1/24")
t.know("192.0.2.2"); t.know("192.0.2.3", "02:00:00:00:00:33"); t.know("192.0.2.4", "02:00:00:00:00:44")
put("icmp_ratelimit", 0)
sh("ip route add 10.1.0.0/16 via 192.0.2.3; ip route add 10.2.0.0/16 dev tap0; ip route add 10.4.0.0/16 via 192.0.2.7 dev tap0; ip neigh add 10.2.0.1 lladdr 02:00:00:00:00:66 dev tap0")
put("ip_forward", 1)
last = 20
def go(what, dst, src=None, **how):
    """From a sender that was not told anything before: they are told less and less often."""
    global last
    last += 1
    src = src or f"192.0.2.{last}"
    if src.startswith("192.0.2.") and last >= 21 and src.endswith(str(last)): t.know(src)
    t.ask(what, ip(src, dst, udp(1, 2), **how), 0.06)
say("# sent")
go("a better router", "10.1.1.1")
go("on the link itself", "10.2.0.1")
go("sender of elsewhere", "10.1.1.1", "10.9.9.9")
go("back to where it came from", "10.1.1.1", "192.0.2.3")
go("sender on the link by a route", "10.1.1.1", "10.2.0.1")
put("conf/tap0/shared_media", 0)
go("media shared, says all", "10.2.0.1")
put("conf/all/shared_media", 0)
go("media not shared", "10.1.1.1")
go("media not shared, on the link itself", "10.2.0.1")
go("media not shared, sender of another subnet", "10.1.1.1", "10.2.0.1")
put("conf/tap0/shared_media", 1); put("conf/all/shared_media", 1)
put("conf/tap0/send_redirects", 0)
go("all says yes", "10.1.1.1")
put("conf/all/send_redirects", 0)
go("none", "10.1.1.1")
put("conf/all/send_redirects", 1)
go("record route", "10.1.1.1", options=b"\x07\x07\x04\0\0\0\0")
put("conf/all/accept_source_route", 1)
go("source route", "192.0.2.1", options=b"\x83\x07\x04\x0a\x01\x02\x03")
go("a tos", "10.1.1.1", tos=0x10)
go("large, df", "10.1.1.1", df=True)
n = 0
for i in range(12):
    t.drain(); t.send(ip("192.0.2.4", "10.1.1.1", udp(1, 2))); n += len([f for f in t.frames(0.01) if f[23] == 1])
say("fewer and fewer:", n < 8)
say("# taken")
put("ip_forward", 0)
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
s.bind(("192.0.2.1", 5000))
def redirect(what, dst="10.1.1.1", gateway="192.0.2.4", router="192.0.2.3", code=1, sport=5000, quoted=None):
    s.sendto(b"x", (dst, 9))
    t.drain()
    inner = quoted if quoted is not None else ip("192.0.2.1", dst, udp(sport, 9))[:28]
    t.send(ip(router, "192.0.2.1", icmp(5, code, socket.inet_aton(gateway), inner), proto=1))
    time.sleep(0.03)
    say(what + ":", " ".join(sh(f"ip route get {dst}").split()))
    s.sendto(b"x", (dst, 9)); t.told("  then", 0.04)
    sh("ip neigh flush all")
redirect("from a stranger", router="192.0.2.2")
redirect("to a gateway not on the link", gateway="8.8.8.8")
redirect("to ourselves", gateway="192.0.2.1")
redirect("no such flow", sport=5001)
put("conf/tap0/secure_redirects", 0); put("conf/all/secure_redirects", 0)
put("conf/tap0/accept_redirects", 0); put("conf/all/accept_redirects", 0)
redirect("not accepted")
put("conf/all/accept_redirects", 1)
redirect("accepted")
run("ip route get 10.1.1.2")
run("ip route show")
redirect("again, elsewhere", gateway="192.0.2.2", router="192.0.2.4")
run("ip route flush cache")
run("ip route get 10.1.1.1")
redirect("network", code=0)
sh("ip route flush cache")
redirect("host and tos", code=3, dst="10.1.1.5")
redirect("on the link", dst="10.2.0.9", gateway="192.0.2.4", router="192.0.2.3")
put("conf/tap0/secure_redirects", 1); put("conf/all/secure_redirects", 1); put("conf/all/shared_media", 0); put("conf/tap0/shared_media", 0)
redirect("secure: not a default gateway", dst="10.1.1.6")
sh("ip route add default via 192.0.2.4")
redirect("secure: a default gateway", dst="10.1.1.7")
put("conf/all/shared_media", 1); put("conf/tap0/shared_media", 1)
redirect("secure, shared media", dst="10.1.1.8", gateway="192.0.2.2")
put("ip_forward", 1)
redirect("a router", dst="10.1.1.9", gateway="192.0.2.2")
P
