# What sendto, sendmsg and recvmsg say to headers that are wrong, and what becomes of the datagram.
. "${0%/*}/../lib.sh"
ip link set lo up
echo 0 0 > /proc/sys/net/ipv4/ping_group_range
py <<'P'
from sockets import *
r, c = socket(AF_INET, SOCK_DGRAM), socket(AF_INET, SOCK_DGRAM); r.bind((HERE, 7000)); c.connect((HERE, 7000)); r.setblocking(False)
def left(): attempt("  left", r.recv, 99)
raw, png, net, pkt = socket(AF_INET, SOCK_RAW, 253), socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP), socket(AF_NETLINK, SOCK_RAW, 0), socket(AF_PACKET, SOCK_DGRAM, 0)
raw.connect((HERE, 0)); png.connect((HERE, 0)); somewhere = b"\2\0\x1b\x58\x7f\0\0\1" + bytes(8); echo = b"\x08\0\0\0\0\1\0\1"
say("# names")
for what, s, text in (("udp", c, b"x"), ("raw", raw, b"x"), ("ping", png, echo), ("netlink", net, bytes(16)), ("packet", pkt, b"x")):
    for n in (0, 1, 8, 15, 129, -1): attempt(f"{what} sendto, name of {n}", sendto, s, text, 0, somewhere, n)
    attempt(f"{what} bad name", sendto, s, text, 0, 1, 16)
    attempt(f"{what} bad name of 0", sendto, s, text, 0, 1, 0)
    attempt(f"{what} no name of 16", sendto, s, text, 0, None, 16)
    m = messages(text); m.name(0, somewhere); m.set(0, namelen=0); attempt(f"{what} sendmsg, name of 0", sendmsg, s, m)
    m.set(0, namelen=-1); attempt(f"{what} sendmsg, name of -1", sendmsg, s, m); m.set(0, name=None); attempt(f"{what} sendmsg, none of -1", sendmsg, s, m)
    m.set(0, namelen=8); attempt(f"{what} sendmsg, none of 8", sendmsg, s, m)
    m.name(0, somewhere.ljust(500, b"\0")); attempt(f"{what} sendmsg, long name", sendmsg, s, m)
while polled(r, select.POLLIN) != "nothing": r.recv(9)
say("# sizes")
for what, s in (("udp", c), ("raw", raw), ("ping", png)):
    for n in (65536, 70000, 1 << 21, 1 << 40): attempt(f"{what} {n} bytes with a bad end", sendto, s, page_end(8), 0, None, 0, n)
    attempt(f"{what} 8 bytes at a bad place", sendto, s, 1, 0, None, 0, 8)
unconnected = socket(AF_INET, SOCK_DGRAM); attempt("no peer, too long", sendto, unconnected, page_end(8), 0, None, 0, 70000); attempt("no peer, OOB", sendto, unconnected, page_end(8), MSG_OOB, None, 0, 8); attempt("OOB, too long", sendto, c, page_end(8), MSG_OOB, None, 0, 70000); attempt("bad name, too long", sendto, c, page_end(8), 0, 1, 16, 70000); attempt("short name, too long", sendto, c, page_end(8), 0, somewhere, 4, 70000)
def vector(*lens): m = messages(b"12345678"); return m, m.vector(0, lens)
for lens in ((1 << 62, (1 << 62) + 5), (1 << 62,), (1 << 40, 1 << 40), (1 << 46,), (1 << 48,), (1 << 56,), ((1 << 63) - 1,), (1 << 63,), ((1 << 64) - 1,), (8, (1 << 64) - 1), (1 << 31, 1 << 31), (1 << 21,), (70000,), (8,), ()):
    m, _ = vector(*lens); attempt(f"sendmsg {lens}", sendmsg, c, m)
    while polled(r, select.POLLIN) != "nothing": r.recv(9)
    c.send(b"hello"); pause(0.02); m, _ = vector(*lens); attempt(f"recvmsg {lens}", recvmsg, r, m); left()
while polled(r, select.POLLIN) != "nothing": r.recv(9)
for n in (1025, 1 << 40): m = messages(b"x"); m.set(0, iovlen=n); attempt(f"sendmsg of {n} parts", sendmsg, c, m)
m = messages(b"x"); m.set(0, iov=1); attempt("sendmsg, bad vector", sendmsg, c, m); m.set(0, iov=None, iovlen=0); attempt("sendmsg of none", sendmsg, c, m); left(); attempt("bad header", sendmsg, c, 1)
say("# receiving")
def receives(what, change, **show):
    c.send(b"hello"); pause(0.02); m = messages(bytes(9)); m.set(0, namelen=77, controllen=0, flags=0x1234); keep = change(m); got = attempt(what, recvmsg, r, m); h = m[0].hdr; got is None or say("  namelen", h.namelen & 0xffffffff, "controllen", h.controllen, "flags", hex(h.flags)); left()
place = ctypes.create_string_buffer(200); at = ctypes.addressof(place)
receives("no name", lambda m: None)
for n in (-1, 0, 4, 16, 77, 200): receives(f"name of {n}", lambda m: m.set(0, name=at, namelen=n)); receives(f"none of {n}", lambda m: m.set(0, namelen=n))
receives("bad name", lambda m: m.set(0, name=1)); receives("bad name of 0", lambda m: m.set(0, name=1, namelen=0)); receives("bad name of -1", lambda m: m.set(0, name=1, namelen=-1))
for n in (0, 1025, 1 << 40): receives(f"{n} parts", lambda m: m.set(0, iovlen=n))
receives("bad vector", lambda m: m.set(0, iov=1)); receives("bad part", lambda m: m.base(0, 1)); receives("part too long", lambda m: m.vector(0, ((1 << 64) - 1,)))
receives("bad vector without parts", lambda m: m.set(0, iov=1, iovlen=0)); receives("bad control", lambda m: m.set(0, control=1, controllen=64))
r.setsockopt(0, 8, 1); receives("bad control, to be written", lambda m: m.set(0, control=1, controllen=64)); receives("short control", lambda m: m.set(0, control=at, controllen=20)); receives("no control", lambda m: m.set(0, controllen=64)); r.setsockopt(0, 8, 0)
attempt("bad header", recvmsg, r, 1); c.send(b"hello"); attempt("bad header", recvmsg, r, 1); left()
m = messages(bytes(9)); m.set(0, name=at, namelen=-1); attempt("nothing there, name of -1", recvmsg, r, m); m.set(0, namelen=0, iovlen=1025); attempt("nothing there, too many parts", recvmsg, r, m)
for what, flags in (("recvmmsg", 0), ("peek", MSG_PEEK)):
    c.send(b"a"); c.send(b"b"); pause(0.02); m = messages(bytes(9), bytes(9)); m.set(1, name=at, namelen=-1); attempt(what, recvmmsg, r, m, flags); left(); left()
    c.send(b"a"); c.send(b"b"); pause(0.02); m = messages(bytes(9), bytes(9)); m.set(0, iovlen=1025); attempt(what, recvmmsg, r, m, flags); left(); left()
lib = ctypes.CDLL(None, use_errno=True)
def from_(a, n): x = ctypes.c_int(n); b = ctypes.create_string_buffer(9); k = lib.recvfrom(r.fileno(), b, 9, 0, ctypes.c_void_p(a), ctypes.byref(x) if n is not None else None); return (k, x.value) if k >= 0 else fail()
def fail(): raise OSError(ctypes.get_errno(), "")
for n in (-1, 0, 4, 77): c.send(b"hello"); pause(0.02); attempt(f"recvfrom, name of {n}", from_, at, n); left()
P
