# Errors of raw and ping sockets: pending errors and the error queue; ICMP_FILTER; what connect and bind let in.
. "${0%/*}/../lib.sh"
chain
ip -n h1 link set lo up
for n in r1 r2 r3 h2; do ip netns exec $n sh -c "echo 0 > /proc/sys/net/ipv4/icmp_ratelimit"; done
ip netns exec h1 sh -c 'echo 0 2147483647 > /proc/sys/net/ipv4/ping_group_range'
py h1 <<'P'
from sockets import *
IP_RECVERR, IP_HDRINCL, ICMP_FILTER = 11, 3, 1
def sock(kind, proto): s = socket(AF_INET, kind, proto); s.setsockopt(SOL_SOCKET, SO_RCVTIMEO, struct.pack("qq", 1, 0)); return s
def queue(s):
    while True:
        try: m = s.recvmsg(2000, 500, MSG_ERRQUEUE)
        except OSError as e: return say("queue:", name_of(e))
        say("queued", len(m[0]), m[0][:8].hex(), [struct.unpack("IBBBBII", d[:16]) + (d[16:].hex(),) if (l, t) == (0, 11) else (l, t, d.hex()) for l, t, d in m[1]], m[2], m[3])
def sum16(b):
    s = sum(struct.unpack(f"!{len(b)//2}H", b))
    while s >> 16: s = (s & 65535) + (s >> 16)
    return ~s & 65535
def echo(seq, ident=77, data=b"payload!"):
    b = struct.pack("!BBHHH", 8, 0, 0, ident, seq) + data
    return b[:2] + struct.pack("!H", sum16(b)) + b[4:]
say("# ping")
for recverr in (0, 1):
    for connected in (0, 1):
        p = sock(SOCK_DGRAM, IPPROTO_ICMP); p.bind(("0.0.0.0", 1234)); p.setsockopt(IPPROTO_IP, IP_RECVERR, recverr)
        if connected: p.connect(("10.0.4.2", 0))
        p.setsockopt(IPPROTO_IP, IP_TTL, 2); p.sendto(echo(1), ("10.0.4.2", 0)); pause(); say(recverr, connected); attempt("recv", p.recv, 99, MSG_DONTWAIT); attempt("recv", p.recv, 99, MSG_DONTWAIT); queue(p)
        p.setsockopt(IPPROTO_IP, IP_TTL, 64); attempt("ok", p.sendto, echo(2), ("10.0.4.2", 0)); attempt("answer", lambda: p.recv(99)[:8].hex())
        p.close()
p = sock(SOCK_DGRAM, IPPROTO_ICMP); attempt("short", p.sendto, b"1234567", ("10.0.4.2", 0)); attempt("reply", p.sendto, bytes(8), ("10.0.4.2", 0)); attempt("code", p.sendto, b"\x08\x01" + bytes(6), ("10.0.4.2", 0)); attempt("no peer", p.send, echo(1)); attempt("oob", p.sendto, echo(1), MSG_OOB, ("10.0.4.2", 0)); say(p.getsockname()[1] != 0); attempt("too long", p.sendto, echo(1, data=bytes(65508)), ("10.0.4.2", 0)); attempt("long", p.sendto, echo(1, data=bytes(65500)), ("10.0.4.2", 0))
p.connect(("10.0.4.2", 9)); say(p.getpeername(), p.getsockname()[0]); attempt("extended echo", p.send, b"\x2a" + bytes(7)); q = sock(SOCK_DGRAM, IPPROTO_ICMP); attempt("same id", q.bind, ("0.0.0.0", p.getsockname()[1])); attempt("group", q.bind, ("224.0.0.1", 0)); attempt("broadcast", q.bind, ("10.0.1.255", 0)); attempt("bind", q.bind, ("10.0.1.1", 4444)); attempt("again", q.bind, ("10.0.1.1", 4445)); attempt("port unreachable to ping", lambda: q.getpeername())
for o in ("SO_TYPE", "SO_PROTOCOL"): say(o, q.getsockopt(SOL_SOCKET, globals()[o]))
attempt("filter on ping", q.setsockopt, 255, ICMP_FILTER, 1); attempt("shutdown", q.shutdown, SHUT_WR); attempt("listen", q.listen)
say("# raw: errors")
for recverr in (0, 1):
    for connected in (0, 1):
        for hdrincl in (0, 1):
            r = sock(SOCK_RAW, 253); r.setsockopt(IPPROTO_IP, IP_RECVERR, recverr); r.setsockopt(IPPROTO_IP, IP_HDRINCL, hdrincl)
            if connected: r.connect(("10.0.4.2", 0))
            head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 0, 0x1234, 0, 64, 253, 0, bytes(4), inet_aton("10.0.4.2")) if hdrincl else b""
            attempt("send", r.sendto, head + b"nobody has it", ("10.0.4.2", 0)); pause(); say(recverr, connected, hdrincl); attempt("recv", r.recv, 99, MSG_DONTWAIT); queue(r); r.close()
r = sock(SOCK_RAW, 253); r.connect(("10.0.4.2", 0)); r.setsockopt(IPPROTO_IP, IP_TTL, 1); r.send(b"x"); pause(); attempt("soft error", r.recv, 99, MSG_DONTWAIT)
r = sock(SOCK_RAW, 253); r.connect(("10.0.4.3", 0)); attempt("to nobody", r.send, b"x")
r = sock(SOCK_RAW, 253); r.setsockopt(IPPROTO_IP, IP_RECVERR, 1); r.setsockopt(IPPROTO_IP, 10, 2); attempt("too big", r.sendto, bytes(1481), ("10.0.4.2", 0)); queue(r); r.setsockopt(IPPROTO_IP, 10, 0); attempt("fragments", r.sendto, bytes(1481), ("10.0.4.2", 0)); pause(); queue(r); attempt("recv", r.recv, 9, MSG_DONTWAIT); attempt("too long", r.sendto, bytes(65536), ("10.0.4.2", 0)); attempt("65515", r.sendto, bytes(65515), ("10.0.4.2", 0)); pause(); queue(r); attempt("recv", r.recv, 9, MSG_DONTWAIT); attempt("65516", r.sendto, bytes(65516), ("10.0.4.2", 0)); queue(r)
say("# raw: names")
r = sock(SOCK_RAW, 253); say(r.getsockname()); attempt("no peer", r.send, b"x"); attempt("bind", r.bind, ("10.0.1.1", 99)); say(r.getsockname()); attempt("again", r.bind, ("127.0.0.1", 0)); say(r.getsockname()); attempt("not ours", r.bind, ("10.0.4.2", 0)); attempt("group", r.bind, ("224.0.0.5", 0)); say(r.getsockname()); attempt("broadcast", r.bind, ("10.0.1.255", 0)); attempt("connect", r.connect, ("10.0.4.2", 7)); say(r.getsockname(), r.getpeername()); attempt("bind when connected", r.bind, ("10.0.1.1", 0)); attempt("listen", r.listen); attempt("accept", r.accept)
say("# raw: who hears what")
def rec(*socks):
    pause(0.05); out = []
    for s in socks:
        n = 0
        while True:
            try: s.recv(2000, MSG_DONTWAIT); n += 1
            except OSError: break
        out.append(n)
    return out
a, b, c, d, e = (sock(SOCK_RAW, 253) for _ in range(5)); b.bind(("127.0.0.1", 0)); c.bind(("10.0.1.1", 0)); d.connect((HERE, 0)); e.setsockopt(SOL_SOCKET, SO_BINDTODEVICE, b"lo")
w = sock(SOCK_RAW, 253); w.sendto(b"x", (HERE, 0)); say(rec(a, b, c, d, e, w)); w.sendto(b"x", ("10.0.1.1", 0)); say(rec(a, b, c, d, w)); rec(e); w.bind(("127.0.0.9", 0)); w.sendto(b"x", (HERE, 0)); say(rec(a, b, c, d, e, w))
say("# ICMP_FILTER")
i, j = sock(SOCK_RAW, IPPROTO_ICMP), sock(SOCK_RAW, IPPROTO_ICMP); say(i.getsockopt(255, ICMP_FILTER)); attempt("set", i.setsockopt, 255, ICMP_FILTER, ~(1 << 0)); say(i.getsockopt(255, ICMP_FILTER, 4).hex(), i.getsockopt(255, ICMP_FILTER, 2).hex()); attempt("long", i.setsockopt, 255, ICMP_FILTER, bytes(4) + b"abcd"); say(i.getsockopt(255, ICMP_FILTER, 8).hex()); attempt("short", i.setsockopt, 255, ICMP_FILTER, b"\xfe\xff"); say(i.getsockopt(255, ICMP_FILTER, 4).hex()); i.setsockopt(255, ICMP_FILTER, ~1); attempt("other", i.setsockopt, 255, 2, 1); attempt("not icmp", w.setsockopt, 255, ICMP_FILTER, 1); attempt("get not icmp", w.getsockopt, 255, ICMP_FILTER)
j.sendto(echo(1), ("10.0.4.2", 0)); j.sendto(echo(1), (HERE, 0)); say(rec(i, j)); j.setsockopt(IPPROTO_IP, IP_TTL, 1); j.sendto(echo(1), ("10.0.4.2", 0)); say(rec(i, j))
say("# IP_HDRINCL")
h = sock(SOCK_RAW, IPPROTO_RAW); say("header included", h.getsockopt(IPPROTO_IP, IP_HDRINCL), h.getsockname()); attempt("receive", h.recv, 9, MSG_DONTWAIT)
def header(**k):
    f = dict(v=0x45, tos=0, len=0, id=0, off=0, ttl=9, proto=253, sum=0, src="127.0.0.1", dst=HERE); f.update(k)
    return struct.pack("!BBHHHBBH4s4s", f["v"], f["tos"], f["len"], f["id"], f["off"], f["ttl"], f["proto"], f["sum"], inet_aton(f["src"]), inet_aton(f["dst"]))
def sent(what, packet, to=HERE):
    try: h.sendto(packet, (to, 0))
    except OSError as e: return say(what, "->", name_of(e))
    try: m = a.recv(3000)
    except OSError: return say(what, "-> not arrived")
    say(what, "->", (m[:4] + (b"--" if m[4:6] != b"\x12\x34" else m[4:6]) + m[6:10] + m[12:20]).hex(), m[20:30], sum16(m[:20]))
sent("plain", header() + b"x"); sent("id", header(id=0x1234) + b"x"); sent("wrong length", header(len=99) + b"x"); sent("wrong sum", header(sum=5) + b"x"); sent("no source", header(src="0.0.0.0") + b"x"); sent("spoofed", header(src="9.9.9.9") + b"x"); sent("version 6", header(v=0x65) + b"x"); sent("short header", header(v=0x44) + b"x"); sent("long header", header(v=0x4f) + b"x"); sent("options", header(v=0x46) + b"\x01\x01\x01\x00" + b"x"); sent("19 bytes", header()[:19]); sent("empty", b""); sent("just a header", header()); sent("df", header(off=0x4000) + b"x"); sent("more fragments", header(off=0x2000) + bytes(16)); attempt("65536", h.sendto, header() + bytes(65516), (HERE, 0)); attempt("1501 by e1", h.sendto, header(dst="10.0.4.2") + bytes(1481), ("10.0.4.2", 0)); sent("ttl option has no say", header() + b"x")
for p in (0, 255, 256, 262, 263, -1): attempt(f"protocol {p}", lambda: socket(AF_INET, SOCK_RAW, p).getsockname())
s = sock(SOCK_RAW, 256); attempt("beyond 255", s.sendto, b"x", (HERE, 0))
P
