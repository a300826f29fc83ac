# needs: tun
# What is asked: how often, from which address (arp_announce), what waits meanwhile, what comes of it.
. "${0%/*}/../lib.sh"
ns a
ip -n a link set lo up
py a <<'P'
from wire import *
t = Tap("tap0", "192.0.2.1/24", "198.51.100.1/24")
sh("ip addr add 203.0.113.1/32 dev lo")
put("neigh/tap0/retrans_time_ms", 100)
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
def data(to, n=1, src=None, size=10):
    c = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    if src: c.bind((src, 4000))
    for i in range(n):
        try: c.sendto(bytes([i]) * size, (to, 9))
        except OSError as e: say(e.strerror)
    c.close()
def state(a): say("   ", " ".join(sh(f"ip neigh show {a} dev tap0").split()) or "forgotten")
say("# nobody answers")
with Counted("Icmp.OutMsgs", "Ip.OutDiscards"):
    data("192.0.2.9"); time.sleep(0.02); state("192.0.2.9"); t.told("asked", 0.25); state("192.0.2.9")
for m, a, u in (1, 0, 3), (2, 1, 3), (0, 0, 3), (5, 0, 0):
    put("neigh/tap0/mcast_solicit", m); put("neigh/tap0/app_solicit", a); put("neigh/tap0/ucast_solicit", u)
    sh("ip neigh flush all nud all"); t.drain()
    data("192.0.2.9"); say(f"mcast {m} app {a} ucast {u}:", len(t.frames(0.25)), "questions"); state("192.0.2.9")
put("neigh/tap0/mcast_solicit", 3); put("neigh/tap0/app_solicit", 0); put("neigh/tap0/ucast_solicit", 3)
say("# a known one that went away")
sh("ip neigh replace 192.0.2.9 lladdr 02:00:00:00:00:02 nud probe dev tap0"); t.told("probe", 0.25); state("192.0.2.9")
sh("ip neigh flush all nud all"); put("neigh/tap0/mcast_resolicit", 2); t.drain()
sh("ip neigh replace 192.0.2.9 lladdr 02:00:00:00:00:02 nud probe dev tap0"); t.told("probe, then all", 0.25); state("192.0.2.9")
put("neigh/tap0/mcast_resolicit", 0)
say("# what waits")
def waits(what, n, size=10):
    sh("ip neigh flush all nud all"); t.drain()
    data("192.0.2.9", n, size=size); t.frames(0.03, 1)
    t.arp(2, "192.0.2.9", "192.0.2.1")
    say(what + ":", [f[42] for f in t.frames(0.1) if f[12:14] == b"\x08\0"])
waits("default", 5)
put("neigh/tap0/unres_qlen", 3)
say("unres_qlen_bytes", open("/proc/sys/net/ipv4/neigh/tap0/unres_qlen_bytes").read().strip(), "unres_qlen", open("/proc/sys/net/ipv4/neigh/tap0/unres_qlen").read().strip())
waits("small", 60)
put("neigh/tap0/unres_qlen_bytes", 0)
waits("none", 5)
put("neigh/tap0/unres_qlen_bytes", 212992)
say("unres_qlen", open("/proc/sys/net/ipv4/neigh/tap0/unres_qlen").read().strip())
say("# from which address")
for level in 0, 1, 2:
    put("conf/tap0/arp_announce", level)
    for src, dst in ("192.0.2.1", "192.0.2.8"), ("198.51.100.1", "192.0.2.8"), ("203.0.113.1", "192.0.2.8"), ("192.0.2.1", "198.51.100.8"), ("203.0.113.1", "198.51.100.8"):
        sh("ip neigh flush all nud all"); t.drain()
        data(dst, 1, src); t.told(f"{level}: {src} to {dst}", 0.03, 1)
P
