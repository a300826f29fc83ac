# Options of level IPPROTO_IPV6 of sockets that carry IPv4: what each takes and gives back, and what SOL_IP and SOL_SOCKET say there.
. "${0%/*}/../lib.sh"
ip link set lo up
py <<'P'
from sockets import *
from inet6 import *
KEPT = "2 3 4 5 8 11 16 18 19 22 23 24 25 26 29 30 31 33 49 51 53 56 58 60 62 66 67 70 72 73 74 75 76 78 77".split()
def tried(f, *a):
    try: return f(*a)
    except OSError as e: return name_of(e)
def made(kind, state):
    s = inet6(kind)
    if state == "connected": s.setblocking(True); s.connect(("::ffff:127.0.0.1", 7000))
    if state == "bound": s.bind(("::", 0))
    return s
l = listener(port=7000, backlog=900)
for kind in (SOCK_STREAM, SOCK_DGRAM):
    say("---", "TCP" if kind == SOCK_STREAM else "UDP")
    for name in map(int, KEPT):
        row = [f"usual {tried(raw_get, inet6(kind), SOL_IPV6, name)}"]
        for value in (-2, -1, 0, 1, 2, 3, 4, 5, 64, 255, 256, 1280, 65536):
            s = inet6(kind)
            if tried(raw_set, s, SOL_IPV6, name, struct.pack("i", value)) is None: row.append(f"{value}:{tried(raw_get, s, SOL_IPV6, name)}")
            else: row.append(f"{value}:{tried(raw_set, s, SOL_IPV6, name, struct.pack('i', value))}")
            s.close()
        s = inet6(kind); raw_set(s, SOL_IPV6, 26, struct.pack("i", 0)); row += ["short", tried(raw_set, s, SOL_IPV6, name, b"\1"), tried(raw_get, s, SOL_IPV6, name), "empty", tried(raw_set, s, SOL_IPV6, name, b"")]
        for state in ("bound", "connected"):
            s = made(kind, state); row += [state, tried(raw_get, s, SOL_IPV6, name), tried(raw_get, s, SOL_IPV6, name, 1), tried(raw_set, s, SOL_IPV6, name, struct.pack("i", 1))]; s.close()
        say(name, *row)
    for name in (1, 7, 9, 12, 17, 36, 40, 52, 63, 71, 79, 99): say(name, "is", *(tried(raw_get, made(kind, x), SOL_IPV6, name) for x in ("fresh", "bound")), tried(raw_set, made(kind, "bound"), SOL_IPV6, name, struct.pack("i", 0)))
    for name in (54, 55, 57, 59): say(name, "is", tried(raw_get, inet6(kind), SOL_IPV6, name), tried(raw_set, inet6(kind), SOL_IPV6, name, b""))
    say("path MTU", tried(raw_get, made(kind, "fresh"), SOL_IPV6, 61), tried(raw_get, made(kind, "connected"), SOL_IPV6, 61), tried(raw_get, made(kind, "connected"), SOL_IPV6, 61, 31))
    for first in (1, 4, 9, 13, 0x800): say("preferences", first, *(tried(raw_set, s, SOL_IPV6, 72, struct.pack("i", v)) or raw_get(s, SOL_IPV6, 72) for s in [inet6(kind)] for v in (first, 0x100, 0x400, 0x101, 6, 0)))
    s = inet6(kind)
    for group, device in (("ff02::1", 0), ("ff02::1", 1), ("ff02::1", 1), ("ff02::1", 99), ("::ffff:224.0.0.5", 1), ("::1", 1)):
        request = inet_pton(AF_INET6, group) + struct.pack("i", device)
        say("group", group, device, *(tried(raw_set, s, SOL_IPV6, n, request) for n in (20, 20, 21, 21)), tried(raw_set, s, SOL_IPV6, 20, request[:19]))
        request = struct.pack("Q", device) + name6(group, 0) + bytes(100)
        say("  by MCAST_JOIN_GROUP", *(tried(raw_set, s, SOL_IPV6, n, request) for n in (42, 42, 45, 45)))
    say("MCAST_JOIN_GROUP of IPv4", tried(raw_set, s, SOL_IPV6, 42, struct.pack("Q", 1) + name4("224.0.0.5", 0) + bytes(112)), "anycast", tried(raw_set, s, SOL_IPV6, 27, bytes(20)), tried(raw_set, s, SOL_IPV6, 28, bytes(20)))
    if kind == SOCK_DGRAM: say("devices", *(tried(raw_set, s, SOL_IPV6, n, struct.pack("i" if n == 17 else ">i", v)) for n in (17, 76) for v in (0, 1, 99, -1)), tried(raw_get, s, SOL_IPV6, 17), tried(raw_get, s, SOL_IPV6, 76))
    s = inet6(kind); four = socket(AF_INET, kind)
    for level in (SOL_IP, SOL_SOCKET): say("unlike AF_INET at level", level, *(f"{n}: {tried(raw_get, four, level, n)}, {tried(raw_get, s, level, n)}" for n in range(1, 54) if tried(raw_get, four, level, n) != tried(raw_get, s, level, n)))
    say("one and the same", *(f"{a}: {tried(raw_get, x, SOL_IP, b)}" for a, b in ((16, 2), (67, 1), (23, 10), (25, 11), (78, 15), (75, 19), (49, 8), (29, 49)) for x in [inet6(kind)] if not tried(raw_set, x, SOL_IPV6, a, struct.pack("i", 1))))
    say("other levels", *(tried(raw_get, s, level, 1) for level in (255, 58, 99)), *(tried(raw_set, s, level, 1, bytes(4)) for level in (255, 58, 99)), "of AF_INET", tried(raw_get, four, SOL_IPV6, 26), tried(raw_set, four, SOL_IPV6, 26, bytes(4)))
s = socket(AF_INET6); 
for n, v in ((16, 3), (25, 1), (49, 1), (66, 1), (67, 32), (70, 0), (72, 1), (78, 1), (23, 0), (19, 0)): s.setsockopt(SOL_IPV6, n, v)
s.bind(("::", 7001)); s.listen(); c = tcp(); c.connect((HERE, 7001)); d = s.accept()[0]
say("inherited", *(f"{n}: {raw_get(d, SOL_IPV6, n)}" for n in (16, 18, 19, 23, 25, 26, 49, 66, 67, 70, 72, 78)))
P
