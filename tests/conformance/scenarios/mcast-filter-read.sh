# IP_MSFILTER and MCAST_MSFILTER with getsockopt: what a socket has joined, of which sources; buffers too small; errors.
. "${0%/*}/../lib.sh"
joined_pair
ip -n a route add 224.0.0.0/4 dev v0
py a <<'P'
from sockets import *
import ctypes, errno
ADD, BLOCK, ADD_SRC, MSFILTER, MMSFILTER = 35, 38, 39, 41, 48
v0 = if_nametoindex("v0"); a = inet_aton; G = a("239.1.1.1")
libc = ctypes.CDLL(None, use_errno=True)
def ask(s, name, given, room=None):
    length = ctypes.c_uint(len(given) if room is None else room)
    buffer = ctypes.create_string_buffer(given, max(len(given), length.value) + 1024)
    if libc.getsockopt(s.fileno(), 0, name, buffer, ctypes.byref(length)) < 0:
        return errno.errorcode[ctypes.get_errno()]
    return length.value, buffer.raw
# They come in no order that matters: which of them, when not all do, is not told.
def which(raw, at, sources): return sorted(sources) if len(sources) == struct.unpack_from("=I", raw, at)[0] else f"{len(sources)} of them"
def plain(s, what, count, grp="239.1.1.1", dev="192.0.2.1", room=None, mode=0, claim=None):
    r = ask(s, MSFILTER, a(grp) + a(dev) + struct.pack("=II", mode, count if claim is None else claim) + bytes(4 * count), room)
    if isinstance(r, str): return say(what, r)
    size, raw = r
    say(what, size, "mode", *struct.unpack_from("=II", raw, 8), which(raw, 12, [inet_ntoa(raw[i:i + 4]) for i in range(16, size - 3, 4)]), inet_ntoa(raw[4:8]))
sa = lambda addr, fam=2: struct.pack("=HH", fam, 0) + a(addr) + bytes(120)
def group(s, what, count, grp="239.1.1.1", index=v0, fam=2, room=None):
    r = ask(s, MMSFILTER, struct.pack("=Ixxxx", index) + sa(grp, fam) + struct.pack("=II", 0, count) + bytes(128 * count), room)
    if isinstance(r, str): return say(what, r)
    size, raw = r
    say(what, size, "mode", *struct.unpack_from("=II", raw, 136), which(raw, 140, [inet_ntoa(raw[i + 4:i + 8]) + "/%d" % struct.unpack_from("=H", raw, i) for i in range(144, size - 7, 128)]))
def both(s, what):
    for n in (0, 1, 2, 5): plain(s, f"{what} {n}", n); group(s, f"{what} {n}", n)
s = socket(AF_INET, SOCK_DGRAM)
both(s, "not joined")
s.setsockopt(0, ADD, G + a("192.0.2.1")); both(s, "joined")
s.setsockopt(0, BLOCK, G + a("192.0.2.1") + a("192.0.2.7")); both(s, "blocked")
s.setsockopt(0, BLOCK, G + a("192.0.2.1") + a("192.0.2.3")); both(s, "blocked two")
s.setsockopt(0, MSFILTER, G + a("192.0.2.1") + struct.pack("=II", 1, 3) + a("192.0.2.9") + a("192.0.2.8") + a("192.0.2.5")); both(s, "include")
plain(s, "short", 0, room=15); plain(s, "no room for all that is claimed", 1, claim=3); plain(s, "room in between", 2, room=22); plain(s, "bad mode", 5, mode=7)
plain(s, "by route", 5, dev="0.0.0.0"); plain(s, "other device", 5, dev="127.0.0.1"); plain(s, "no device", 5, dev="192.0.2.77"); plain(s, "no group", 5, grp="192.0.2.1"); plain(s, "other group", 5, grp="239.1.1.2")
group(s, "short", 0, room=143); group(s, "room in between", 2, room=300); group(s, "by route", 5, index=0); group(s, "no device", 5, index=99); group(s, "no group", 5, grp="192.0.2.1"); group(s, "other group", 5, grp="239.1.1.2"); group(s, "family", 5, fam=10)
say("huge count", ask(s, MSFILTER, G + a("192.0.2.1") + struct.pack("=II", 0, 0x40000000))[0]); say("claims less", ask(s, MSFILTER, G + a("192.0.2.1") + struct.pack("=II", 0, 1) + bytes(20))[0])
t = socket(AF_INET, SOCK_STREAM); plain(t, "stream", 2); group(t, "stream", 2)
r = socket(AF_INET, SOCK_RAW, 99); r.setsockopt(0, ADD_SRC, G + a("192.0.2.1") + a("192.0.2.4")); both(r, "raw")
P
