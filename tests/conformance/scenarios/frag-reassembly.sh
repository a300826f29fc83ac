# needs: tun
# Fragments put together: in any order, repeated, overlapping, incomplete, too many; what is counted and told.
. "${0%/*}/../lib.sh"
ns a
ip -n a link set lo up
py a <<'P'
from wire import *
t = Tap("tap0", "192.0.2.1/24")
t.know("192.0.2.2")
put("icmp_ratelimit", 0)
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("192.0.2.1", 7000)); s.setblocking(False)
NAMES = ["Ip." + n for n in "InReceives InHdrErrors InDiscards InDelivers ReasmTimeout ReasmReqds ReasmOKs ReasmFails".split()] + ["IpExt.ReasmOverlaps"]
ident = 100
WHOLE = udp(1, 7000, bytes(range(48)))  # 56 bytes
def piece(a, b, more=None, data=None, **how): return ip("192.0.2.2", "192.0.2.1", (data or WHOLE)[a:b], mf=b < 56 if more is None else more, offset=a, ident=ident, **how)
def go(what, *pieces):
    global ident
    before = counters(*NAMES)
    t.drain()
    for p in pieces: t.send(p)
    t.told(what, 0.04)
    while True:
        try: d, a = s.recvfrom(70000); say("    got", len(d), "right" if d == WHOLE[8:] else d[:60].hex())
        except BlockingIOError: break
    after = counters(*NAMES)
    say("    counted", *(f"{n.split('.')[1]}+{after[n] - before[n]}" for n in NAMES if after[n] != before[n]))
    ident += 1
def frags(): return sh("grep FRAG /proc/net/sockstat")
go("in order", piece(0, 24), piece(24, 48), piece(48, 56))
go("in reverse", piece(48, 56), piece(24, 48), piece(0, 24))
go("repeated", piece(0, 24), piece(0, 24), piece(24, 48), piece(24, 48), piece(48, 56))
go("part repeated", piece(0, 24), piece(8, 16), piece(24, 48), piece(48, 56))
go("two repeated at once", piece(0, 8), piece(8, 16), piece(0, 16), piece(16, 48), piece(48, 56))
go("overlap behind", piece(0, 24), piece(16, 48), piece(48, 56))
go("overlap before", piece(16, 48), piece(0, 24), piece(48, 56))
go("overlap over all", piece(16, 24), piece(0, 48), piece(48, 56))
go("overlap over a gap", piece(0, 8), piece(16, 24), piece(0, 24), piece(24, 48), piece(48, 56))
go("repeated at the end", piece(0, 24), piece(48, 56), piece(48, 56), piece(24, 48))
go("two different ends", piece(48, 56), piece(40, 48, False), piece(0, 24), piece(24, 48))
go("longer than the end", piece(40, 48, False), piece(48, 56, True), piece(0, 24), piece(24, 40))
go("middle beyond the end", piece(24, 40, False), piece(16, 48, True), piece(0, 16))
go("middle not of eights", piece(0, 20, True), piece(16, 48), piece(48, 56))
go("middle of less than eight", piece(0, 24), piece(24, 28, True), piece(24, 56, False))
go("empty", piece(0, 24), piece(24, 24, True), piece(24, 56, False))
go("empty at the end", piece(0, 56, True), piece(56, 56, False))
go("the whole twice", piece(0, 56, False), piece(0, 56, False))
go("other tos", piece(0, 24, tos=0x10), piece(24, 56, tos=0x20))
go("ecn ce", piece(0, 24, tos=2), piece(24, 56, tos=3))
go("ecn ce without ect", piece(0, 24, tos=0), piece(24, 56, tos=3))
go("df set", piece(0, 24, df=True), piece(24, 56))
go("other source", piece(0, 24), ip("192.0.2.3", "192.0.2.1", WHOLE[24:56], offset=24, ident=ident))
go("other protocol", piece(0, 24), ip("192.0.2.2", "192.0.2.1", WHOLE[24:56], offset=24, ident=ident, proto=6))
go("beyond 65535", ip("192.0.2.2", "192.0.2.1", bytes(100), offset=65528, ident=ident))
go("just beyond, as a middle", ip("192.0.2.2", "192.0.2.1", bytes(64), offset=65480, mf=True, ident=ident))
say("waiting:", frags().split()[2])
say("# time runs out")
put("ipfrag_time", 1)
def late(what, packet):
    global ident
    t.drain()
    with Counted("Ip.ReasmTimeout", "Ip.ReasmReqds", "Ip.ReasmFails", "Icmp.OutMsgs"):
        t.send(packet); t.told(what, 1.3)
    ident += 1
late("first came", piece(0, 24))
late("first did not come", piece(24, 56))
late("first of a broadcast", ip("192.0.2.2", "192.0.2.255", WHOLE[:24], mf=True, ident=ident))
say("# memory")
sh("sysctl -w net.ipv4.ipfrag_low_thresh=0 net.ipv4.ipfrag_high_thresh=40000")
def flood(n, size=1400):
    for i in range(n): t.send(ip("192.0.2.2", "192.0.2.1", bytes(size), mf=True, ident=1000 + i))
go("flood", *[])
before = counters(*NAMES); flood(30); time.sleep(0.1); after = counters(*NAMES)
say("refused some:", 5 < after["Ip.ReasmFails"] - before["Ip.ReasmFails"] < 30)
sh("sysctl -w net.ipv4.ipfrag_high_thresh=4194304")
time.sleep(1.1); say("after:", frags().split()[2])
say("# distance")
put("ipfrag_max_dist", 3)
def others(n):
    for i in range(n): t.send(ip("192.0.2.2", "192.0.2.1", udp(1, 7000), ident=5000 + i)[:20] and ip("192.0.2.2", "192.0.2.1", udp(1, 7001, b"o" * 16)[:16], mf=True, ident=5000 + ident * 100 + i))
put("ipfrag_time", 30)
def apart(n):
    global ident
    mine = ident
    t.send(ip("192.0.2.2", "192.0.2.1", WHOLE[:24], mf=True, ident=mine))
    others(n)
    go(f"{n} between", ip("192.0.2.2", "192.0.2.1", WHOLE[24:], offset=24, ident=mine))
apart(2); apart(3); apart(5)
put("ipfrag_max_dist", 0)
apart(10)
P
