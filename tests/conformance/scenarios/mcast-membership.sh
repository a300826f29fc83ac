# Joining groups: IP_ADD_MEMBERSHIP with every struct, source filters, MCAST_*, IP_MSFILTER, limits, and what lists them.
. "${0%/*}/../lib.sh"
joined_pair
ip -n a route add 224.0.0.0/4 dev v0
py a <<'P'
from sockets import *
ADD, DROP, UNBLOCK, BLOCK, ADD_SRC, DROP_SRC, MSFILTER = 35, 36, 37, 38, 39, 40, 41
JOIN, BLOCK_SRC, UNBLOCK_SRC, LEAVE, JOIN_SRC, LEAVE_SRC, MMSFILTER = 42, 43, 44, 45, 46, 47, 48
v0 = if_nametoindex("v0"); lo = if_nametoindex("lo"); a = inet_aton
def udp(): s = socket(AF_INET, SOCK_DGRAM); s.settimeout(0.2); return s
def show(what):
    say(what); 
    for f in ("igmp", "mcfilter", "dev_mcast"):
        say(f, "|", " ; ".join(" ".join(w if ":" not in w or len(w) < 8 else "-" for w in l.split()) for l in open("/proc/net/" + f).readlines()[0 if f == "dev_mcast" else 1:] if " 3333" not in l))
def opt(s, o, v): return lambda: s.setsockopt(IPPROTO_IP, o, v)
def req(s, what, o, v): attempt(what, opt(s, o, v))
show("at first")
s = udp(); G = a("239.1.1.1"); g = a("239.1.1.2")
req(s, "mreq", ADD, G + a("192.0.2.1")); req(s, "again", ADD, G + a("192.0.2.1")); req(s, "mreqn", ADD, g + a("0.0.0.0") + struct.pack("i", v0)); req(s, "on lo too", ADD, G + a("127.0.0.1")); req(s, "by route", ADD, a("239.1.1.3") + a("0.0.0.0")); show("joined")
req(s, "drop", DROP, G + a("192.0.2.1")); req(s, "twice", DROP, G + a("192.0.2.1")); req(s, "drop any", DROP, G + a("0.0.0.0")); req(s, "not ours", ADD, G + a("192.0.2.9")); req(s, "no device", ADD, G + a("0.0.0.0") + struct.pack("i", 99)); req(s, "no group", ADD, a("192.0.2.1") + a("0.0.0.0")); req(s, "short", ADD, bytes(7)); req(s, "odd", ADD, G + a("192.0.2.1") + b"xx"); req(s, "drop bad device", DROP, G + a("0.0.0.0") + struct.pack("i", 99))
s.close(); show("closed")
say("# 224.0.0.1"); s = udp(); req(s, "join", ADD, a("224.0.0.1") + a("192.0.2.1")); show("all hosts"); s.close()
say("# limit"); s = udp()
for i in range(22): req(s, i, ADD, a(f"239.2.2.{i}") + a("192.0.2.1")) if i >= 19 else opt(s, ADD, a(f"239.2.2.{i}") + a("192.0.2.1"))()
s.close()
t = socket(AF_INET, SOCK_STREAM); req(t, "stream", ADD, G + a("192.0.2.1")); req(t, "stream leaves", DROP, G + a("192.0.2.1"))
say("# sources: include")
s = udp(); S = lambda o, src, dev="192.0.2.1", grp=G: (o, grp + a(dev) + a(src))
req(s, "add", *S(ADD_SRC, "192.0.2.2")); req(s, "again", *S(ADD_SRC, "192.0.2.2")); req(s, "second", *S(ADD_SRC, "192.0.2.5")); show("two"); req(s, "block", *S(BLOCK, "192.0.2.2")); req(s, "any", ADD, G + a("192.0.2.1"))
req(s, "drop", *S(DROP_SRC, "192.0.2.2")); req(s, "drop unknown", *S(DROP_SRC, "192.0.2.7")); req(s, "drop last", *S(DROP_SRC, "192.0.2.5")); show("left");
say("# sources: exclude")
req(s, "block before join", *S(BLOCK, "192.0.2.2")); req(s, "join", ADD, G + a("192.0.2.1")); req(s, "block", *S(BLOCK, "192.0.2.2")); req(s, "again", *S(BLOCK, "192.0.2.2")); req(s, "other", *S(BLOCK, "192.0.2.6")); show("blocked"); req(s, "unblock", *S(UNBLOCK, "192.0.2.2")); req(s, "unblock again", *S(UNBLOCK, "192.0.2.2")); req(s, "add source", *S(ADD_SRC, "192.0.2.2")); req(s, "drop", DROP, G + a("192.0.2.1")); show("left")
say("# IP_MSFILTER")
F = lambda mode, *src, n=None, grp=G: grp + a("192.0.2.1") + struct.pack("II", mode, len(src) if n is None else n) + b"".join(map(a, src))
req(s, "not joined", MSFILTER, F(1, "192.0.2.2")); req(s, "join", ADD, G + a("192.0.2.1")); req(s, "include", MSFILTER, F(1, "192.0.2.2", "192.0.2.3")); show("include two"); req(s, "exclude", MSFILTER, F(0, "192.0.2.4")); show("exclude one"); req(s, "include none", MSFILTER, F(1)); show("include none"); req(s, "bad mode", MSFILTER, F(2)); req(s, "bad count", MSFILTER, F(1, n=5)); req(s, "short", MSFILTER, bytes(15)); req(s, "too many", MSFILTER, F(1, *[f"10.0.0.{i}" for i in range(1, 12)])); s.close()
say("# MCAST_*"); s = udp()
sa = lambda addr, fam=2: struct.pack("=HH", fam, 0) + a(addr) + bytes(120)
gr = lambda i, grp, fam=2: struct.pack("=Ixxxx", i) + sa(grp, fam)
gs = lambda i, grp, src: struct.pack("=Ixxxx", i) + sa(grp) + sa(src)
req(s, "join", JOIN, gr(v0, "239.1.1.1")); req(s, "block", BLOCK_SRC, gs(v0, "239.1.1.1", "192.0.2.2")); show("blocked"); req(s, "unblock", UNBLOCK_SRC, gs(v0, "239.1.1.1", "192.0.2.2")); req(s, "leave", LEAVE, gr(v0, "239.1.1.1")); req(s, "join source", JOIN_SRC, gs(v0, "239.1.1.1", "192.0.2.2")); show("source"); req(s, "leave source", LEAVE_SRC, gs(v0, "239.1.1.1", "192.0.2.2")); show("left"); req(s, "no device", JOIN, gr(99, "239.1.1.1")); req(s, "family", JOIN, gr(v0, "239.1.1.1", 10)); req(s, "short", JOIN, bytes(20)); req(s, "short source", JOIN_SRC, bytes(140)); req(s, "by route", JOIN, gr(0, "239.1.1.9")); show("by route")
req(s, "filter", MMSFILTER, struct.pack("=Ixxxx", v0) + sa("239.1.1.9") + struct.pack("II", 1, 2) + sa("192.0.2.2") + sa("192.0.2.3")); show("filter"); req(s, "short", MMSFILTER, bytes(100)); s.close(); show("closed")
say("# link down, address gone"); s = udp(); opt(s, ADD, G + a("192.0.2.1"))(); os.system("ip link set v0 down"); show("down"); os.system("ip link set v0 up"); os.system("ip addr del 192.0.2.1/24 dev v0"); req(s, "drop by index", DROP, G + a("0.0.0.0") + struct.pack("i", v0)); show("left")
say("# options")
for o, vs in ((IP_MULTICAST_TTL, (0, 255, 256, -1, -2)), (IP_MULTICAST_LOOP, (0, 1, 7)), (49, (0, 1, 2))):
    for v in vs: attempt(f"set {o} {v}", s.setsockopt, IPPROTO_IP, o, v); say(s.getsockopt(IPPROTO_IP, o), s.getsockopt(IPPROTO_IP, o, 1))
    attempt("byte", s.setsockopt, IPPROTO_IP, o, b"\x01"); attempt("empty", s.setsockopt, IPPROTO_IP, o, b"")
P
ip -n a maddr show dev v0 | grep -v -e inet6 -e 33:33
