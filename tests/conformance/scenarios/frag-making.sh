# needs: tun
# Fragments made: sizes, options, ids, DF by socket option; what fits where; too much for any.
. "${0%/*}/../lib.sh"
ns a
ip -n a link set lo up
py a <<'P'
from wire import *
t = Tap("tap0", "192.0.2.1/24")
t.know("192.0.2.2")
def sizes(frames): return [f"{len(f) - 14}@{(int.from_bytes(f[20:22], 'big') & 0x1fff) * 8}" + ("+" if f[20] & 0x20 else "") for f in frames]
def go(what, size, mode=None, options=b"", to="192.0.2.2", kind=socket.SOCK_DGRAM, proto=0):
    s = socket.socket(socket.AF_INET, kind, proto)
    if mode is not None: s.setsockopt(socket.SOL_IP, 10, mode)
    if options: s.setsockopt(socket.SOL_IP, socket.IP_OPTIONS, options)
    t.drain()
    with Counted("Ip.OutRequests", "Ip.FragOKs", "Ip.FragFails", "Ip.FragCreates", "Ip.OutDiscards", "Ip.OutTransmits", "IpExt.OutOctets"):
        try: s.sendto(bytes(size), (to, 9))
        except OSError as e: say("   ", e.strerror)
        f = t.frames(0.05)
        say(what + ":", sizes(f), "ids", len(set(x[18:20] for x in f)), "df", sorted(set(bool(x[20] & 0x40) for x in f)))
    return f
go("fits", 1472)
go("one too many", 1473)
go("three", 3000)
go("most", 65507)
go("more than most", 65508)
for mode, name in (0, "dont"), (1, "want"), (2, "do"), (3, "probe"), (4, "interface"), (5, "omit"):
    go(name, 1472, mode); go(name + ", large", 1473, mode)
f = go("options", 2000, options=bytes([7, 7, 4, 0, 0, 0, 0, 0]))
for x in f: say("   ", ip_text(x[14:]))
f = go("options, copied", 2000, options=bytes([148, 4, 0, 0, 7, 7, 4, 0, 0, 0, 0, 0]))
for x in f: say("   ", ip_text(x[14:]))
go("raw", 3000, kind=socket.SOCK_RAW, proto=200)
sh("ip link set tap0 mtu 68")
go("mtu 68", 200)
sh("ip link set tap0 mtu 1500; ip route add 10.0.0.0/8 via 192.0.2.2 mtu 600; ip route add 11.0.0.0/8 via 192.0.2.2 mtu lock 600")
go("route mtu", 1000, to="10.0.0.1")
go("route mtu, fits", 500, to="10.0.0.1")
go("route mtu, want", 1000, 1, to="10.0.0.1")
go("route mtu, do", 1000, 2, to="10.0.0.1")
go("route mtu, probe", 1000, 3, to="10.0.0.1")
go("route mtu, interface", 1000, 4, to="10.0.0.1")
go("locked", 1000, to="11.0.0.1")
go("locked, fits", 500, to="11.0.0.1")
go("locked, do, fits", 500, 2, to="11.0.0.1")
put("ip_no_pmtu_disc", 1)
go("no discovery", 1000)
go("no discovery, large", 2000)
P
