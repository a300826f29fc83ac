# What a program says of one datagram by control messages: IP_PKTINFO, IP_TTL, IP_TOS, IP_RETOPTS, SO_MARK, SO_PRIORITY, and what is refused.
. "${0%/*}/../lib.sh"
joined_pair
ip -n a addr add 192.0.2.3/24 dev v0
py a <<'P'
from sockets import *
IP_PKTINFO, IP_RETOPTS, IP_RECVTTL, IP_RECVTOS, IP_PROTOCOL, SO_MARK, SO_PRIORITY, IP_UNICAST_IF, IP_FREEBIND, IP_TRANSPARENT = 8, 7, 12, 13, 52, 36, 12, 50, 15, 19
def udp(): s = socket(AF_INET, SOCK_DGRAM); s.settimeout(2); return s
with inside("b"):
    far = udp(); far.bind(("0.0.0.0", 7001)); far.setsockopt(IPPROTO_IP, IP_RECVTTL, 1); far.setsockopt(IPPROTO_IP, IP_RECVTOS, 1); far.setsockopt(IPPROTO_IP, 6, 1)
c = udp(); c.bind(("0.0.0.0", 7002))
def one(what, *control, s=c, to=("192.0.2.2", 7001)):
    try: s.sendmsg([b"x"], control, 0, *([to] if to else []))
    except OSError as e: return say(what, "->", name_of(e))
    try: m = far.recvmsg(10, 500)
    except OSError as e: return say(what, "-> not arrived")
    say(what, "->", m[3][0], [(t, d.hex()) for _, t, d in m[1]])
lo, v0 = if_nametoindex("lo"), if_nametoindex("v0")
def pktinfo(i, spec="0.0.0.0", addr="0.0.0.0"): return (IPPROTO_IP, IP_PKTINFO, struct.pack("=i", i) + inet_aton(spec) + inet_aton(addr))
one("plain"); one("source", pktinfo(0, "192.0.2.3")); one("device", pktinfo(v0)); one("both", pktinfo(v0, "192.0.2.3"))
one("ipi_addr alone", pktinfo(0, "0.0.0.0", "192.0.2.3")); one("not ours", pktinfo(0, "192.0.2.77")); one("no such device", pktinfo(99)); one("wrong device", pktinfo(lo))
one("loopback source", pktinfo(0, "127.0.0.1")); one("group as source", pktinfo(0, "224.0.0.1"))
one("short", (IPPROTO_IP, IP_PKTINFO, bytes(8)))
one("ttl int", (IPPROTO_IP, IP_TTL, struct.pack("i", 9))); one("ttl byte", (IPPROTO_IP, IP_TTL, b"\x09")); one("ttl 0", (IPPROTO_IP, IP_TTL, struct.pack("i", 0))); one("ttl 256", (IPPROTO_IP, IP_TTL, struct.pack("i", 256)))
one("tos int", (IPPROTO_IP, IP_TOS, struct.pack("i", 0x10))); one("tos byte", (IPPROTO_IP, IP_TOS, b"\x10")); one("tos 256", (IPPROTO_IP, IP_TOS, struct.pack("i", 256))); one("tos 2 bytes", (IPPROTO_IP, IP_TOS, b"ab"))
one("two of them", (IPPROTO_IP, IP_TTL, struct.pack("i", 9)), (IPPROTO_IP, IP_TOS, struct.pack("i", 8)))
one("options", (IPPROTO_IP, IP_RETOPTS, bytes([7, 7, 4, 0, 0, 0, 0, 0]))); one("bad options", (IPPROTO_IP, IP_RETOPTS, bytes([7, 2, 4, 0]))); one("odd options", (IPPROTO_IP, IP_RETOPTS, bytes([7, 7, 4, 0, 0, 0, 0]))); one("too many", (IPPROTO_IP, IP_RETOPTS, bytes(41)))
one("mark", (SOL_SOCKET, SO_MARK, struct.pack("I", 5))); one("short mark", (SOL_SOCKET, SO_MARK, b"ab")); one("priority", (SOL_SOCKET, SO_PRIORITY, struct.pack("I", 3))); one("high priority", (SOL_SOCKET, SO_PRIORITY, struct.pack("I", 99)))
one("unknown ip", (IPPROTO_IP, 99, b"abcd")); one("unknown socket", (SOL_SOCKET, 99, b"abcd")); one("of another level", (IPPROTO_TCP, 1, b"abcd")); one("protocol", (IPPROTO_IP, IP_PROTOCOL, struct.pack("i", 17))); one("txtime", (SOL_SOCKET, 61, bytes(8)))
one("credentials", (SOL_SOCKET, 2, struct.pack("3i", os.getpid(), 0, 0))); one("recverr", (IPPROTO_IP, 11, struct.pack("i", 1))); one("udp level", (17, 99, b"ab"))
d = udp(); d.connect(("192.0.2.2", 7001)); one("connected: source", pktinfo(0, "192.0.2.3"), s=d, to=None); one("connected: plain", s=d, to=None); one("connected, bound device", pktinfo(v0), s=d, to=None)
say("# as options")
e = udp(); e.setsockopt(IPPROTO_IP, IP_TTL, 5); e.setsockopt(IPPROTO_IP, IP_TOS, 0xff); one("ttl and tos", s=e); one("the control message wins", (IPPROTO_IP, IP_TTL, struct.pack("i", 200)), (IPPROTO_IP, IP_TOS, struct.pack("i", 4)), s=e)
f = udp(); attempt("free bind", f.setsockopt, IPPROTO_IP, IP_FREEBIND, 1); attempt("bind", f.bind, ("192.0.2.66", 7003)); one("from nowhere", s=f)
g = udp(); attempt("transparent", g.setsockopt, IPPROTO_IP, IP_TRANSPARENT, 1); attempt("bind", g.bind, ("192.0.2.67", 7003)); one("from nowhere", s=g)
h = udp(); attempt("unicast if", h.setsockopt, IPPROTO_IP, IP_UNICAST_IF, struct.pack("!i", lo)); one("by lo", s=h); attempt("no device", h.setsockopt, IPPROTO_IP, IP_UNICAST_IF, struct.pack("!i", 99)); h.setsockopt(IPPROTO_IP, IP_UNICAST_IF, struct.pack("!i", v0)); one("by v0", s=h)
i = udp(); i.setsockopt(SOL_SOCKET, SO_BINDTODEVICE, b"lo"); one("bound to lo", s=i); one("bound to lo, by v0", pktinfo(v0), s=i)
j = udp(); j.setsockopt(SOL_SOCKET, SO_DONTROUTE, 1); one("don't route", s=j)
say("# malformed msg_control")
libc = ctypes.CDLL(None, use_errno=True)
def raw(control, flags=0):
    name = struct.pack("=H", 2) + struct.pack("!H", 7001) + inet_aton("192.0.2.2") + bytes(8)
    data = ctypes.create_string_buffer(b"x", 1); n = ctypes.create_string_buffer(name, 16); k = ctypes.create_string_buffer(control, max(len(control), 1))
    iov = struct.pack("QQ", ctypes.addressof(data), 1); v = ctypes.create_string_buffer(iov, 16)
    h = ctypes.create_string_buffer(struct.pack("QIxxxxQQQQixxxx", ctypes.addressof(n), 16, ctypes.addressof(v), 1, ctypes.addressof(k), len(control), 0), 56)
    r = libc.sendmsg(c.fileno(), h, flags)
    if r < 0: raise OSError(ctypes.get_errno(), "")
    far.recv(10); return r
attempt("short header", raw, b"abcd"); attempt("length 0", raw, struct.pack("Qii", 0, 0, 1)); attempt("length 15", raw, struct.pack("Qii", 15, 0, 1)); attempt("length beyond", raw, struct.pack("Qii", 100, 0, 2) + bytes(4))
attempt("good, then rubbish", raw, struct.pack("Qiii", 20, 0, 2, 9) + bytes(4) + b"abcd"); attempt("good, then bad", raw, struct.pack("Qiii", 20, 0, 2, 9) + bytes(4) + struct.pack("Qii", 3, 0, 2))
P
