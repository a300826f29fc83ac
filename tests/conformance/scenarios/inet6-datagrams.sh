# Datagrams of AF_INET6 sockets over IPv4: names given and told, also short ones and those of other families; V6ONLY; who gets what of two.
. "${0%/*}/../lib.sh"
joined_pair
py a <<'P'
from sockets import *
from inet6 import *
u = socket(AF_INET, SOCK_DGRAM); u.bind(("0.0.0.0", 7000)); u.settimeout(1)
NAMES = [(t, name6(t, 7000)) for t in ("::ffff:127.0.0.1", "::", "::ffff:0.0.0.0", "::1", "2001:db8::1", "fe80::1", "ff02::1", "::ffff:10.1.1.1")]
NAMES += [("link", name6("fe80::1", 7000, 0, 1)), ("of 24", name6("::ffff:127.0.0.1", 7000)[:24]), ("of 23", name6("::ffff:127.0.0.1", 7000)[:23]), ("AF_INET", name4("127.0.0.1", 7000)), ("AF_INET of 15", name4("127.0.0.1", 7000)[:15]), ("AF_INET of 28", name4("127.0.0.1", 7000) + bytes(12)),
          ("AF_UNSPEC", name6("::ffff:127.0.0.1", 7000, family=0)), ("AF_UNSPEC of 2", b"\0\0"), ("of 1", b"\0"), ("family 99", name6("::", 7000, family=99)), ("port 0", name6("::ffff:127.0.0.1", 0)), ("IPv6, port 0", name6("::1", 0)), ("AF_INET, port 0", name4("127.0.0.1", 0))]
for bound in (None, "::", "::ffff:0.0.0.0", "::ffff:192.0.2.1"):
    for connected in (0, 1):
        for what, name in NAMES:
            s = inet6(SOCK_DGRAM)
            if bound: s.bind((bound, 0))
            if connected: s.connect(("::ffff:192.0.2.1", 7000))
            if attempt(f"bound to {bound}, connected {connected}: {what}", raw_sendto, s, name): say("  ", u.recvfrom(9)[1][0])
            say("  ", own(s), peer(s)); s.close()
for what, name in NAMES: s = inet6(SOCK_DGRAM, 1); attempt(f"V6ONLY: {what}", raw_sendto, s, name)
attempt("no name", inet6(SOCK_DGRAM).send, b"x")
for what, name in NAMES: attempt(f"MSG_OOB: {what}", raw_sendto, inet6(SOCK_DGRAM), name, b"x", MSG_OOB)
s = inet6(SOCK_DGRAM); s.bind(("::", 7001)); s.settimeout(1)
with inside("b"): c = socket(AF_INET, SOCK_DGRAM)
c.bind(("192.0.2.2", 7777)); c.settimeout(1); c.sendto(b"question", ("192.0.2.1", 7001)); data, name = s.recvfrom(99); say(data, said(name)); s.sendto(b"answer", name); say(*map(shown, c.recvfrom(99)))
for room in (28, 16, 3, 0):
    c.sendto(b"again", ("192.0.2.1", 7001)); pause(0.02); buffer = ctypes.create_string_buffer(b"\xaa" * 32, 32); size = ctypes.c_int(room); data = ctypes.create_string_buffer(9)
    n = ctypes.CDLL(None).recvfrom(s.fileno(), data, 9, 0, buffer, ctypes.byref(size)); say("room", room, n, size.value, bytes(buffer).hex())
s.connect(("::ffff:192.0.2.2", 7777)); other = socket(AF_INET, SOCK_DGRAM); other.sendto(b"stranger", ("192.0.2.1", 7001)); c.sendto(b"friend", ("192.0.2.1", 7001)); say(s.recv(99)); s.send(b"to the peer"); say(c.recv(99)); s.close()
only = inet6(SOCK_DGRAM, 1); only.bind(("::", 7002)); c.connect(("192.0.2.1", 7002)); c.send(b"x"); pause(); attempt("to V6ONLY", c.send, b"y"); attempt("it has", only.recv, 9)
for option_, families in ((SO_REUSEADDR, (AF_INET, AF_INET6)), (SO_REUSEADDR, (AF_INET6, AF_INET)), (SO_REUSEPORT, (AF_INET, AF_INET6)), (SO_REUSEPORT, (AF_INET6, AF_INET))):
    both = []
    for family in families: x = socket(family, SOCK_DGRAM); x.setsockopt(SOL_SOCKET, option_, 1); x.bind(("0.0.0.0" if family == AF_INET else "::", 7003)); both.append(x)
    with inside("b"): d = socket(AF_INET, SOCK_DGRAM)
    d.sendto(b"whose", ("192.0.2.1", 7003))
    for x in select.select(both, [], [], 3)[0]: say(option_, "AF_INET" if x.family == AF_INET else "AF_INET6", x.recv(99))
    for x in both: x.close()
P
