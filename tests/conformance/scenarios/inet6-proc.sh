# /proc/net: AF_INET6 sockets stand in tcp6 and udp6, with mapped addresses; and sockets that there are not.
. "${0%/*}/../lib.sh"
joined_pair
py a <<'P'
from sockets import *
from inet6 import *
def table6(path):
    def name(text):
        address, port = text.split(":")
        words = b"".join(struct.pack("=I", int(address[i:i + 8], 16)) for i in range(0, 32, 8))
        return f"[{inet_ntop(AF_INET6, words)}]:{int(port, 16) if int(port, 16) < 32768 else '*'}"
    with open(path) as f: lines = f.readlines()
    say(path, repr(lines[0]))
    for text in sorted(f"{name(l[1])} {name(l[2])} {STATES[int(l[3], 16)]} {l[4]} {l[7]} {len(l)}" for l in map(str.split, lines[1:])): say("  ", text)
    say("   width", *sorted({len(l.split(" 00:00000000 ")[0]) for l in lines[1:] if " 00:00000000 " in l}))
def tables():
    for path in ("/proc/net/tcp6", "/proc/net/udp6"): table6(path)
    say(table()); say(table("/proc/net/udp"))
tables()
dual, only, four, mapped, bound = (socket(AF_INET6) for _ in range(5))
dual.bind(("::", 7000)); only.setsockopt(SOL_IPV6, IPV6_V6ONLY, 1); only.bind(("::", 7001)); four.bind(("::ffff:0.0.0.0", 7002)); mapped.bind(("::ffff:192.0.2.1", 7003)); bound.bind(("::", 7004))
for s in (dual, only, four, mapped): s.listen()
with inside("b"): c = tcp(); c.bind(("192.0.2.2", 7777))
c.connect(("192.0.2.1", 7000)); d = dual.accept()[0];
k = socket(AF_INET6); k.bind(("::", 7005)); k.connect(("::ffff:192.0.2.1", 7003)); e = mapped.accept()[0]
u, v, w, x = (socket(AF_INET6, SOCK_DGRAM) for _ in range(4))
u.bind(("::", 7000)); v.setsockopt(SOL_IPV6, IPV6_V6ONLY, 1); v.bind(("::", 7001)); w.bind(("::ffff:192.0.2.1", 7002)); x.bind(("::", 7003)); x.connect(("::ffff:192.0.2.2", 7009))
pause(); tables()
d.close(); c.close(); pause(); e.close(); k.close(); pause(); table6("/proc/net/tcp6"); say(table())
say("addresses", repr(open("/proc/net/if_inet6").read()))
for kind, protocol in ((SOCK_RAW, 0), (SOCK_DGRAM, 1), (SOCK_STREAM, 17), (SOCK_DGRAM, 6), (SOCK_STREAM, 99), (SOCK_DGRAM, 99), (SOCK_STREAM, 300), (SOCK_RDM, 0), (9, 0), (10, 0), (11, 0)):
    attempt(f"socket {int(kind)} {protocol}", lambda: socket(AF_INET6, kind, protocol) and "made")
for kind in (SOCK_STREAM, SOCK_DGRAM): s = socket(AF_INET6, kind); attempt("its protocol", os.getxattr, s.fileno(), "system.sockprotoname")
from fcntl import ioctl
for kind in (SOCK_STREAM, SOCK_DGRAM):
    for request in (0x8913, 0x8933, 0x8927, 0x8915, 0x8919, 0x891b, 0x8954): attempt(f"ioctl {request:x}", lambda: bool(ioctl(socket(AF_INET6, kind), request, b"v0".ljust(200, b"\0"))))
P
