"""What the scenarios about IGMP share: a listener in namespace b, on the link that b shares with a."""
from sockets import *
ADD, DROP, UNBLOCK, BLOCK, ADD_SRC, DROP_SRC, MSF = 35, 36, 37, 38, 39, 40, 41
a = inet_aton
KINDS = {1: "IS_IN", 2: "IS_EX", 3: "TO_IN", 4: "TO_EX", 5: "ALLOW", 6: "BLOCK"}
with inside("b"):
    r = socket(AF_INET, SOCK_RAW, IPPROTO_IGMP); r.setsockopt(IPPROTO_IP, ADD, a("224.0.0.22") + a("192.0.2.2")); r.setsockopt(IPPROTO_IP, ADD, a("224.0.0.2") + a("192.0.2.2")); r.setsockopt(IPPROTO_IP, IP_MULTICAST_LOOP, 0)
    for g in ("239.1.1.1", "239.1.1.2"): r.setsockopt(IPPROTO_IP, ADD, a(g) + a("192.0.2.2"))
def sum16(b):
    s = sum(struct.unpack(f"!{len(b)//2}H", b))
    while s >> 16: s = (s & 65535) + (s >> 16)
    return ~s & 65535
def shown_packet(m):
    h = (m[0] & 15) * 4; p = m[h:]; bad = "" if sum16(p) == 0 else " BAD SUM"
    base = f"ttl {m[8]} tos {m[1]:#x} df {m[6] >> 6} options {m[20:h].hex()} to {inet_ntoa(m[16:20])}{bad} "
    if p[0] == 0x22:
        n = struct.unpack("!H", p[6:8])[0]; at = 8; recs = []
        for _ in range(n):
            k, aux, c = struct.unpack("!BBH", p[at:at + 4]); recs.append(f"{KINDS.get(k, k)} {inet_ntoa(p[at + 4:at + 8])} {sorted(inet_ntoa(p[at + 8 + 4 * i:at + 12 + 4 * i]) for i in range(c))}"); at += 8 + 4 * c
        return base + "v3 " + "; ".join(sorted(recs))
    return base + {0x12: "v1 report", 0x16: "v2 report", 0x17: "leave", 0x11: "query"}.get(p[0], hex(p[0])) + f" {inet_ntoa(p[4:8])} code {p[1]}"
def heard(what, seconds=0.25, once=True):
    end = time.time() + seconds; out = []
    r.setblocking(False)
    while time.time() < end:
        try: m, f = r.recvfrom(2000)
        except OSError: time.sleep(0.01); continue
        if f[0] != "192.0.2.2": out.append(f[0] + " " + shown_packet(m))
    say(what); 
    for l in (sorted(set(out)) if once else out): say("   ", l)
    if not out: say("    nothing")
def quiet(seconds):
    """What comes meanwhile is left out: repetitions are drawn at random."""
    time.sleep(seconds)
    while True:
        try: r.recvfrom(2000)
        except OSError: return
def udp(): return socket(AF_INET, SOCK_DGRAM)
def join(s, g): s.setsockopt(IPPROTO_IP, ADD, a(g) + a("192.0.2.1"))
def leave(s, g): s.setsockopt(IPPROTO_IP, DROP, a(g) + a("192.0.2.1"))
def query(group="0.0.0.0", code=1, version=3, sources=(), to=None, s_flag=0, qrv=2, qqic=10):
    p = struct.pack("!BBH4s", 0x11, code, 0, a(group))
    if version == 3: p += struct.pack("!BBH", s_flag << 3 | qrv, qqic, len(sources)) + b"".join(map(a, sources))
    p = p[:2] + struct.pack("!H", sum16(p)) + p[4:]
    r.setsockopt(IPPROTO_IP, 4, b"\x94\x04\x00\x00"); r.setsockopt(IPPROTO_IP, IP_MULTICAST_TTL, 1); r.sendto(p, (to or (group if group != "0.0.0.0" else "224.0.0.1"), 0))
def igmp():
    return " ; ".join(" ".join(w if ":" not in w or len(w) < 8 else w.split(":")[0] + ":-" for w in l.split()) for l in open("/proc/net/igmp").readlines()[1:] if True)
