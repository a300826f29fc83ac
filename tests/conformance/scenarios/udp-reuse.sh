# UDP: who may share a port (SO_REUSEADDR, SO_REUSEPORT, SO_BINDTODEVICE), and who of them gets what arrives.
. "${0%/*}/../lib.sh"
joined_pair
py a <<'P'
from sockets import *
def udp(reuse="", dev=None):
    s = socket(AF_INET, SOCK_DGRAM); s.setsockopt(SOL_SOCKET, SO_RCVTIMEO, struct.pack("qq", 1, 0))
    if "a" in reuse: s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
    if "p" in reuse: s.setsockopt(SOL_SOCKET, SO_REUSEPORT, 1)
    if dev: s.setsockopt(SOL_SOCKET, SO_BINDTODEVICE, dev)
    return s
say("# first and second, each with none, address, port or both")
for x in ("", "a", "p", "ap"):
    for y in ("", "a", "p", "ap"):
        for where in ((HERE, HERE), (HERE, "0.0.0.0"), ("0.0.0.0", HERE), (HERE, "127.0.0.2")):
            f, g = udp(x), udp(y)
            f.bind((where[0], 7000))
            attempt(f"{x or '-':2} {y or '-':2} {where[0]:9} {where[1]:9}", g.bind, (where[1], 7000))
            f.close(); g.close()
say("# devices")
for x, y in ((b"lo", b"v0"), (b"lo", None), (None, b"lo"), (b"lo", b"lo")):
    f, g = udp(dev=x), udp(dev=y); f.bind(("0.0.0.0", 7000))
    attempt(f"{x} {y}", g.bind, ("0.0.0.0", 7000)); f.close(); g.close()
say("# options changed after bind")
f, g = udp(), udp("a"); f.bind((HERE, 7001)); f.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1); attempt("address later", g.bind, (HERE, 7001)); f.close(); g.close()
f, g = udp("a"), udp("a"); f.bind((HERE, 7001)); f.setsockopt(SOL_SOCKET, SO_REUSEADDR, 0); attempt("address taken back", g.bind, (HERE, 7001)); f.close(); g.close()
f, g = udp(), udp("p"); f.bind((HERE, 7001)); f.setsockopt(SOL_SOCKET, SO_REUSEPORT, 1); attempt("port later", g.bind, (HERE, 7001)); f.close(); g.close()
def who(socks, to, sender=None, data=b"?"):
    (sender or socket(AF_INET, SOCK_DGRAM)).sendto(data, to)
    got = []
    for _ in range(8):
        if got: break
        for i, s in enumerate(socks):
            try: s.recv(10, MSG_DONTWAIT); got.append(i)
            except OSError: pass
        if not got: time.sleep(0.005)
    return got
say("# who gets it: by address, device, order")
a = [udp("a") for _ in range(3)]
for s in a: s.bind((HERE, 7002))
say("the last one bound with SO_REUSEADDR", who(a, (HERE, 7002)))
a[2].close(); say("then the one before", who(a[:2], (HERE, 7002)))
b = [udp("a"), udp("a"), udp("a", b"lo")]
b[0].bind((HERE, 7003)); b[1].bind(("0.0.0.0", 7003)); b[2].bind(("0.0.0.0", 7003))
say("exact address or device", who(b, (HERE, 7003)), "other address", who(b, ("127.0.0.2", 7003)))
c = udp(); c.bind((HERE, 7005))
b[1].connect((HERE, 7005)); say("a connected one", who(b, (HERE, 7003), c), "for others not", who(b, (HERE, 7003)))
say("# groups of SO_REUSEPORT")
g = [udp("p") for _ in range(4)]
for s in g: s.bind((HERE, 7004))
senders = [socket(AF_INET, SOCK_DGRAM) for _ in range(40)]
for s in senders: s.bind((HERE, 0))
first = [who(g, (HERE, 7004), s) for s in senders]
say("each flow to one", all(len(x) == 1 for x in first), "all are used", sorted({x[0] for x in first}), "and it stays", first == [who(g, (HERE, 7004), s) for s in senders])
g[0].close(); rest = [who(g[1:], (HERE, 7004), s) for s in senders]; say("one left: still all", all(len(x) == 1 for x in rest))
say("# a program chooses (SO_ATTACH_REUSEPORT_CBPF)")
SO_ATTACH_REUSEPORT_CBPF, SO_DETACH_REUSEPORT_BPF = 51, 68
def program(*insns):
    code = b"".join(struct.pack("=HBBI", *i) for i in insns)
    program.keep = ctypes.create_string_buffer(code, len(code))
    return struct.pack("=HxxxxxxQ", len(insns), ctypes.addressof(program.keep))
h = [udp("p") for _ in range(3)]
for s in h: s.bind((HERE, 7006))
by_byte = program((0x30, 0, 0, 0), (0x16, 0, 0, 0))  # ldb [0]; ret a
attempt("attach", h[0].setsockopt, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, by_byte)
say([who(h, (HERE, 7006), None, bytes([i])) for i in range(3)], "beyond the group: one of them", len(who(h, (HERE, 7006), None, b"\x09")))
later = udp("p"); later.bind((HERE, 7006)); say("a new member", who(h + [later], (HERE, 7006), None, b"\x03"))
attempt("detach", h[1].setsockopt, SOL_SOCKET, SO_DETACH_REUSEPORT_BPF, 0); attempt("twice", h[1].setsockopt, SOL_SOCKET, SO_DETACH_REUSEPORT_BPF, 0)
alone = udp(); attempt("without SO_REUSEPORT", alone.setsockopt, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, by_byte)
early = udp("p"); attempt("before bind", early.setsockopt, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, by_byte)
bad = udp("p"); bad.bind((HERE, 7007)); attempt("no return", bad.setsockopt, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, program((0x30, 0, 0, 0)))
P
