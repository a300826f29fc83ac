# How much of a value setsockopt reads, and in which order it checks: lengths, bad pointers, values at the end of a page.
. "${0%/*}/../lib.sh"
ip link set lo up
py <<'P'
from sockets import *
lib = ctypes.CDLL(None, use_errno=True)
def setting(s, level, name, at, n): return "0" if lib.setsockopt(s.fileno(), level, name, ctypes.c_void_p(at), ctypes.c_uint(n)) == 0 else name_of(OSError(ctypes.get_errno(), ""))
def ranges(names):
    out = []
    for n in names: out[-1:] = [(out[-1][0], n)] if out and out[-1][1] == n - 1 else out[-1:] + [(n, n)]
    return " ".join(f"{a}" if a == b else f"{a}-{b}" for a, b in out)
makers = {"tcp": tcp, "udp": lambda: socket(AF_INET, SOCK_DGRAM), "raw": lambda: socket(AF_INET, SOCK_RAW, 253), "packet": lambda: socket(AF_PACKET, SOCK_DGRAM, 0), "netlink": lambda: socket(AF_NETLINK, SOCK_RAW, 0)}
# What is not there, or of other sockets, answers differently: left out.
absent = {("tcp", 0): {16, 17, 32, 35, 36}, ("tcp", 6): {14, 19, 20, 21, 22, 31, 33, 35, 38}, 0: {5, 16, 17}, 263: {5, 13, 22, 24}}
upto = {0: 52, 1: 30, 6: 34, 17: 5, 255: 2, 263: 25, 270: 13}
for what, make in makers.items():
    say("#", what, "and bad pointers")
    for level in (0, 1, 2, 6, 17, 41, 77, 255, 263, 270, -1):
        rows = {}
        for name in [*range(0, upto.get(level, 2)), 12345]:
            if name in absent.get((what, level), ()) or name in absent.get(level, ()): continue
            s = make(); row = " ".join(setting(s, level, name, 1, n) for n in (1, 2, 4, 8, 40, 4000, -1)); s.close(); rows.setdefault(row, []).append(name)
        for row, names in rows.items(): say("level", level, row, "for", ranges(names))
say("# the end of a page")
for what, level, name, size, *lengths in (("udp", SOL_SOCKET, SO_REUSEADDR, 4, 4, 4000), ("udp", SOL_SOCKET, SO_REUSEADDR, 2, 2, 4, 4000), ("tcp", SOL_SOCKET, SO_LINGER, 8, 4, 8, 9), ("tcp", SOL_SOCKET, SO_LINGER, 4, 4, 8), ("udp", SOL_SOCKET, SO_RCVTIMEO, 16, 8, 16, 99), ("udp", SOL_SOCKET, SO_RCVTIMEO, 8, 8, 16), ("udp", 0, IP_TTL, 4, 1, 4, 4000), ("udp", 0, IP_TTL, 1, 1, 4), ("udp", 0, IP_OPTIONS, 4, 4, 8, 41), ("udp", 0, IP_MULTICAST_IF, 4, 3, 4, 8), ("udp", 0, IP_MULTICAST_IF, 12, 4, 8, 12, 99), ("udp", 0, IP_ADD_MEMBERSHIP, 8, 7, 8, 12), ("tcp", 6, TCP_NODELAY, 4, 2, 4, 4000), ("tcp", 6, TCP_NODELAY, 2, 2, 4), ("tcp", 6, TCP_CONGESTION, 5, 5, 6), ("udp", 17, 1, 4, 3, 4, 99), ("netlink", 270, 3, 4, 3, 4, 99), ("packet", 263, 8, 4, 3, 4, 99), ("packet", 263, 1, 16, 15, 16, 40, 99)):
    at = page_end(size); ctypes.memset(at, 0, size)
    if name == TCP_CONGESTION and level == 6: ctypes.memmove(at, b"cubic", 5)
    say(what, level, name, f"{size} bytes there:", " ".join(f"{n}:{setting(makers[what](), level, name, at, n)}" for n in lengths))
say("# levels of getsockopt")
for what, make in makers.items():
    rows = {}
    for level in (0, 1, 2, 6, 17, 41, 77, 255, 263, 270, -1):
        try: make().getsockopt(level, 999, 4)
        except OSError as e: rows.setdefault(name_of(e), []).append(level)
    say(what, *(f"{row}: {names}" for row, names in rows.items()))
say("# of UNIX sockets")
for what, make in makers.items():
    for name in (SO_PASSCRED, 34): s = make(); attempt(f"{what} {name}", s.setsockopt, SOL_SOCKET, name, 1); attempt("  get", s.getsockopt, SOL_SOCKET, name) if what != "netlink" else None
say("# other calls")
def answer(n): return name_of(OSError(ctypes.get_errno(), "")) if n < 0 else n
for what, make in makers.items():
    s = make()
    say(what, "accept4", *(f"{flags:#x}:{answer(lib.accept4(s.fileno(), None, None, flags))}" for flags in (0, 1, 77, SOCK_NONBLOCK, SOCK_CLOEXEC | 2)))
    say(what, "ioctl", *(f"{size} bytes, {there} there:{answer(lib.ioctl(s.fileno(), ctypes.c_ulong(1 << 30 | size << 16 | 0x89e5), ctypes.c_void_p(page_end(there))))}" for size in (4, 16000) for there in (4, 39, 40)))
P
