# Settings that change what sockets may do (ports without privilege, addresses of others), and marks and TOS that answers take over.
. "${0%/*}/../lib.sh"
ns a
ip -n a link set lo up
py a <<'P'
from sockets import *
def write(f, t):
    fd = os.open("/proc/sys/net/ipv4/" + f, os.O_WRONLY)
    attempt(f + " " + t, os.write, fd, t.encode() + b"\n")
    os.close(fd)
def bound(address, port, kind=SOCK_STREAM, *options):
    s = socket(AF_INET, kind)
    for o in options: s.setsockopt(*o)
    s.bind((address, port))
    s.close()
def by_nobody(f):
    pid = os.fork()
    if pid == 0:
        try:
            os.setgid(65534); os.setuid(65534); f()
        except OSError as e:
            os._exit(e.errno)
        os._exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return errno.errorcode.get(status, status)
say("ports without privilege")
for start in ("1024", "80", "0", "2000"):
    write("ip_unprivileged_port_start", start)
    say([by_nobody(lambda: bound("0.0.0.0", p, k)) for k in (SOCK_STREAM, SOCK_DGRAM) for p in (79, 80, 1023, 1024, 2000)])
write("ip_unprivileged_port_start", "1024")
say("addresses of others")
for allowed in ("0", "1"):
    write("ip_nonlocal_bind", allowed)
    for kind in (SOCK_STREAM, SOCK_DGRAM): attempt("10.9.9.9", bound, "10.9.9.9", 7000, kind)
    attempt("a group, stream", bound, "224.1.2.3", 7000)
    raw = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP)
    attempt("raw", raw.bind, ("10.9.9.9", 0))
    raw.close()
write("ip_nonlocal_bind", "0")
attempt("IP_FREEBIND", bound, "10.9.9.9", 7000, SOCK_STREAM, (IPPROTO_IP, 15, 1))
attempt("IP_TRANSPARENT", bound, "10.9.9.9", 7000, SOCK_STREAM, (IPPROTO_IP, 19, 1))
say("marks")
packets = socket(AF_PACKET, SOCK_DGRAM, 0)
code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *i) for i in ((0x20, 0, 0, 0xfffff014), (0x15, 0, 1, 5), (6, 0, 0, 0xffff), (6, 0, 0, 0))))
packets.setsockopt(SOL_SOCKET, 26, struct.pack("HxxxxxxQ", 4, ctypes.addressof(code)))  # SO_ATTACH_FILTER: what has mark 5
packets.bind(("lo", 0x800))
def answers():
    pause()
    seen = []
    while select.select([packets], [], [], 0)[0]:
        p, (_, _, kind, *_) = packets.recvfrom(2000)
        if kind == 0 and p[12:16] == b"\x7f\0\0\2": seen.append(("icmp", p[20]) if p[9] == 1 else ("tcp", p[33]) if p[9] == 6 else p[9])
    return seen
def marked(kind=SOCK_STREAM, protocol=0):
    s = socket(AF_INET, kind, protocol)
    s.setsockopt(SOL_SOCKET, SO_MARK, 5)
    s.settimeout(0.3)
    return s
for reflect in ("0", "1"):
    write("fwmark_reflect", reflect)
    attempt("refused", marked().connect, ("127.0.0.2", 9)); say(answers())
    ping = marked(SOCK_RAW, IPPROTO_ICMP)
    ping.connect(("127.0.0.2", 0)); ping.send(bytes.fromhex("0800f7ff00000000")); say("echo", answers())
    u = marked(SOCK_DGRAM); u.connect(("127.0.0.2", 9)); u.send(b""); attempt("unreachable", u.recv, 1); say(answers())
write("fwmark_reflect", "0")
l = listener("127.0.0.2", 7000)
for accept in ("0", "1"):
    write("tcp_fwmark_accept", accept)
    c = marked(); c.connect(("127.0.0.2", 7000)); s = l.accept()[0]; s.setsockopt(SOL_SOCKET, SO_KEEPALIVE, 0); s.send(b"x")
    say("accepted", s.getsockopt(SOL_SOCKET, SO_MARK), answers())
say("types of service")
packets.setsockopt(SOL_SOCKET, 27, 0)  # SO_DETACH_FILTER
for reflect in ("0", "1"):
    write("tcp_reflect_tos", reflect)
    for tos in (0, 0x10, 0xb8, 3):
        while select.select([packets], [], [], 0)[0]: packets.recv(2000)
        c = tcp(); c.setsockopt(IPPROTO_IP, IP_TOS, tos); c.connect(("127.0.0.2", 7000)); s = l.accept()[0]; s.send(b"x"); c.recv(1)
        seen = {}
        while select.select([packets], [], [], 0)[0]:
            p = packets.recv(2000)
            if p[9] == 6 and p[20:22] == b"\x1b\x58": seen.setdefault("SYN-ACK" if p[33] & 2 else "data" if p[33] & 8 else "ack", p[1])
        say(tos, "accepted", s.getsockopt(IPPROTO_IP, IP_TOS), seen.get("SYN-ACK"), seen.get("data"))
P
