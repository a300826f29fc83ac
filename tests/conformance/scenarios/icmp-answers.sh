# needs: tun
# ICMP that is asked for: echo, timestamp, probes of interfaces; to broadcasts and groups; what is ignored, what is counted.
. "${0%/*}/../lib.sh"
ns a
ip -n a link set lo up
py a <<'P'
from wire import *
t = Tap("tap0", "192.0.2.1/24")
t.know("192.0.2.2")
put("icmp_ratelimit", 0)
NAMES = ["Icmp." + n for n in "InMsgs InErrors InCsumErrors InDestUnreachs InTimeExcds InParmProbs InSrcQuenchs InRedirects InEchos InEchoReps InTimestamps InTimestampReps OutMsgs OutErrors OutEchoReps OutTimestampReps OutDestUnreachs".split()] + ["IcmpMsg.InType%d" % n for n in (0, 8, 9, 10, 13, 17, 40, 42)] + ["Ip.InDelivers"]
def go(what, message, dst="192.0.2.1", src="192.0.2.2", to=None, **how):
    before = counters(*NAMES)
    t.ask(what, ip(src, dst, message, 1, **how), 0.05, to=to or (THEIRS if not dst.startswith("2") else "01:00:5e:" + ":".join(f"{int(x) & (127 if i == 1 else 255):02x}" for i, x in enumerate(dst.split("."))if i)))
    after = counters(*NAMES)
    say("    counted", *(f"{n.split('.')[1]}+{(after[n] or 0) - (before[n] or 0)}" for n in NAMES if (after[n] or 0) != (before[n] or 0)))
go("echo", echo())
go("echo, tos", echo(), tos=0x1c)
go("echo, ttl 1", echo(), ttl=1)
go("echo, code 3", icmp(8, 3, b"\0\1\0\2", b"x"))
go("echo, bad sum", echo()[:-1] + b"x")
go("echo, 4 bytes", b"\x08\0\xf7\xff")
go("echo, 2000 bytes", echo(body=bytes(1400)))
go("echo reply to nobody", icmp(0, 0, b"\0\1\0\2"))
go("timestamp", icmp(13, 0, b"\0\1\0\2", bytes(12)))
go("timestamp, short", icmp(13, 0, b"\0\1\0\2", bytes(4)))
go("timestamp, long", icmp(13, 0, b"\0\1\0\2", bytes(20)))
for kind in 1, 2, 6, 7, 9, 10, 14, 15, 17, 18, 19, 30, 40, 41, 43, 200: go(f"type {kind}", icmp(kind, 0, b"\0\1\0\2", bytes(12)))
go("echo by broadcast", echo(), "192.0.2.255", to=ALL)
go("timestamp by broadcast", icmp(13, 0, b"\0\1\0\2", bytes(12)), "192.0.2.255", to=ALL)
go("echo to all hosts", echo(), "224.0.0.1")
put("icmp_echo_ignore_broadcasts", 0)
go("echo by broadcast, not ignored", echo(), "192.0.2.255", to=ALL)
go("timestamp by broadcast, not ignored", icmp(13, 0, b"\0\1\0\2", bytes(12)), "192.0.2.255", to=ALL)
go("echo to all hosts, not ignored", echo(), "224.0.0.1")
put("icmp_echo_ignore_all", 1)
go("echo, all ignored", echo())
go("timestamp, echoes ignored", icmp(13, 0, b"\0\1\0\2", bytes(12)))
put("icmp_echo_ignore_all", 0)
go("echo from nowhere to route to", echo(), src="8.8.8.8")
say("# probes of interfaces")
def extension(kind, body): b = struct.pack("!HBB", 4 + len(body), 3, kind) + body; b = b"\x20\0\0\0" + b; return b[:2] + struct.pack("!H", sum16(b)) + b[4:]
byname = extension(1, b"tap0")
go("probe, off", icmp(42, 0, b"\0\7\1\1", byname))
put("icmp_echo_enable_probe", 1)
go("probe by name", icmp(42, 0, b"\0\7\1\1", byname))
go("probe by a name nobody has", icmp(42, 0, b"\0\7\1\1", extension(1, b"nope")))
go("probe by index", icmp(42, 0, b"\0\7\1\1", extension(2, struct.pack("!I", int(open("/sys/class/net/tap0/ifindex").read())))))
go("probe by another index", icmp(42, 0, b"\0\7\1\1", extension(2, struct.pack("!I", 999))))
go("probe by address", icmp(42, 0, b"\0\7\1\1", extension(3, b"\0\1\4\0" + socket.inet_aton("192.0.2.1"))))
go("probe by an address of nobody", icmp(42, 0, b"\0\7\1\1", extension(3, b"\0\1\4\0" + socket.inet_aton("192.0.2.9"))))
go("probe of a neighbour", icmp(42, 0, b"\0\7\1\0", byname))
go("probe, kind 9", icmp(42, 0, b"\0\7\1\1", extension(9, b"tap0")))
go("probe, no extension", icmp(42, 0, b"\0\7\1\1"))
sh("ip addr flush dev tap0; ip addr add 192.0.2.1/24 dev lo; ip route add 192.0.2.2 dev tap0")
go("probe, no address", icmp(42, 0, b"\0\7\1\1", byname))
P
