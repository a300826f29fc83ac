# needs: tun
# What "fragmentation needed" changes, and what not: whose flow it quotes, how small, for how long, what sockets see.
. "${0%/*}/../lib.sh"
ns a
ip -n a link set lo up
py a <<'P'
from wire import *
t = Tap("tap0", "192.0.2.1/24")
t.know("192.0.2.2")
sh("ip route add 10.0.0.0/8 via 192.0.2.2; ip route add 11.0.0.0/8 via 192.0.2.2 mtu lock 1400; ip route add 12.0.0.0/8 via 192.0.2.2 mtu 1000")
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("192.0.2.1", 5000))
raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, 201)
l = socket.socket(); l.bind(("192.0.2.1", 6000)); l.listen(); l.setblocking(False)
def show(what, dst): say(what + ":", " ".join(sh(f"ip route get {dst}").split()))
def needed(dst, mtu, inner, code=4, kind=3):
    t.send(ip("192.0.2.2", "192.0.2.1", icmp(kind, code, struct.pack("!HH", 0, mtu), ip("192.0.2.1", dst, inner, df=True, **({"proto": inner_proto}))), proto=1))
    time.sleep(0.03)
inner_proto = 17
U = udp(5000, 9)
needed("10.0.0.1", 1300, U); show("a socket's own", "10.0.0.1")
needed("10.0.0.2", 1300, udp(5001, 9)); show("nobody's port", "10.0.0.2")
needed("10.0.0.3", 1300, udp(5000, 9)); show("same socket, other peer", "10.0.0.3")
inner_proto = 6
needed("10.0.0.4", 1300, struct.pack("!HHIIHHHH", 6001, 80, 1, 0, 0x5010, 100, 0, 0)); show("tcp nobody has", "10.0.0.4")
needed("10.0.0.5", 1300, struct.pack("!HHIIHHHH", 6000, 80, 1, 0, 0x5010, 100, 0, 0)); show("tcp of a listener", "10.0.0.5")
inner_proto = 1
needed("10.0.0.6", 1300, echo()); show("an echo", "10.0.0.6")
needed("10.0.0.16", 1300, icmp(0, 0)); show("an echo reply", "10.0.0.16")
inner_proto = 201
needed("10.0.0.7", 1300, bytes(8)); show("a raw socket's", "10.0.0.7")
inner_proto = 202
needed("10.0.0.8", 1300, bytes(8)); show("a protocol nobody has", "10.0.0.8")
inner_proto = 17
needed("10.0.0.9", 100, U); show("below min_pmtu", "10.0.0.9")
needed("10.0.0.10", 0, U); show("no mtu told", "10.0.0.10")
needed("10.0.0.11", 1500, U); show("as large as ours", "10.0.0.11")
needed("10.0.0.12", 9000, U); show("larger than ours", "10.0.0.12")
needed("11.0.0.1", 1300, U); show("locked", "11.0.0.1")
needed("12.0.0.1", 1300, U); show("above the route's", "12.0.0.1")
needed("12.0.0.2", 900, U); show("below the route's", "12.0.0.2")
needed("10.0.0.1", 1200, U); show("smaller", "10.0.0.1")
needed("10.0.0.1", 1400, U); show("larger again", "10.0.0.1")
t.send(ip("192.0.2.2", "192.0.2.1", icmp(3, 4, struct.pack("!HH", 0, 1300), ip("192.0.2.77", "10.0.0.13", U, df=True)), proto=1)); time.sleep(0.03); show("not from our address", "10.0.0.13")
put("route/min_pmtu", 256)
needed("10.0.0.14", 300, U); show("other min_pmtu", "10.0.0.14")
put("route/mtu_expires", 100)
needed("10.0.0.15", 1300, U); show("other mtu_expires", "10.0.0.15")
put("route/mtu_expires", 1)
needed("10.0.0.17", 1300, U); time.sleep(1.2); show("expired", "10.0.0.17")
put("route/mtu_expires", 600)
for mode in 1, 2, 3:
    put("ip_no_pmtu_disc", mode); needed(f"10.0.1.{mode}", 1300, U); show(f"ip_no_pmtu_disc {mode}", f"10.0.1.{mode}")
put("ip_no_pmtu_disc", 0)
run("ip route show cache 10.0.0.1"); run("ip route get 10.0.0.1 mark 7"); run("ip route get fibmatch 10.0.0.1"); run("ip route get 10.0.0.1 from 192.0.2.1")
say("# sockets")
def discover(mode, dst):
    c = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); c.setsockopt(socket.SOL_IP, 10, mode); c.bind(("192.0.2.1", 0)); c.connect((dst, 9))
    return c
MTU = 14
for mode in range(6):
    dst = f"10.0.2.{mode}"
    c = discover(mode, dst)
    before = c.getsockopt(socket.SOL_IP, MTU)
    t.drain(); c.send(bytes(1400)); f = t.frames(0.03)
    needed(dst, 1300, udp(c.getsockname()[1], 9))
    try: e = c.send(b"x")
    except OSError as x: e = x.strerror
    say(f"mode {mode}: mtu", before, "then", c.getsockopt(socket.SOL_IP, MTU), "next send:", e)
    show("   ", dst)
    try: c.send(bytes(1400)); say("    large:", len(t.frames(0.03)))
    except OSError as x: say("    large:", x.strerror)
run("ip route flush cache")
show("flushed", "10.0.0.1")
P
