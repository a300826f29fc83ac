# A listener of AF_INET6 takes connections of IPv4 and names them; with IPV6_V6ONLY it takes none; beside one of AF_INET it comes second.
. "${0%/*}/../lib.sh"
joined_pair
py a <<'P'
from sockets import *
from inet6 import *
def listener6(address="::", port=7000, only=0, reuse=0):
    s = socket(AF_INET6, SOCK_STREAM); s.setsockopt(SOL_IPV6, IPV6_V6ONLY, only); s.setsockopt(SOL_SOCKET, SO_REUSEPORT, reuse); s.bind((address, port)); s.listen(); s.settimeout(0.3); return s
def dial(port=7000, address="192.0.2.1"):
    with inside("b"): c = tcp()
    c.connect((address, port)); return c
l = listener6(); c = dial(); d, name = l.accept()
say(said(name), own(d), peer(d), d.family == AF_INET6, option(d, SOL_SOCKET, SO_DOMAIN) == AF_INET6, option(d, SOL_SOCKET, SO_PROTOCOL))
c.send(b"question"); say(d.recv(99)); d.send(b"answer"); say(c.recv(99))
for room in (28, 16, 8, 0):
    c = dial(); buffer = ctypes.create_string_buffer(b"\xaa" * 32, 32); size = ctypes.c_int(room)
    fd = ctypes.CDLL(None).accept(l.fileno(), buffer, ctypes.byref(size)); got = bytes(buffer)[:2] + bytes(buffer)[4:32]; say("room", room, size.value, got.hex()); os.close(fd)
l.close()
l = listener6("::ffff:192.0.2.1", 7001); c = dial(7001); say(said(l.accept()[1])); attempt("by loopback", tcp().connect, (HERE, 7001)); l.close()
l = listener6(port=7002, only=1); attempt("V6ONLY", dial, 7002); four = listener("0.0.0.0", 7002); c = dial(7002); four.settimeout(1); say("the one of AF_INET", said(four.accept()[1])); attempt("V6ONLY has", l.accept); l.close(); four.close()
for first in (AF_INET, AF_INET6):
    count = {AF_INET: 0, AF_INET6: 0}
    both = []
    for family in (first, AF_INET + AF_INET6 - first):
        both.append(listener6(port=7003, reuse=1) if family == AF_INET6 else listener("0.0.0.0", 7003, SO_REUSEPORT=1))
    for _ in range(6):
        c = dial(7003)
        for s in select.select(both, [], [], 3)[0]: s.accept(); count[s.family] += 1
    say("SO_REUSEPORT", count[AF_INET], count[AF_INET6])
    for s in both: s.close()
l = listener(port=7005); c = socket(AF_INET6); c.connect(("::ffff:127.0.0.1", 7005)); d, name = l.accept(); say(shown(name), peer(c)); c.send(b"by IPv4"); say(d.recv(99)); attempt("getpeername of AF_INET", lambda: shown(d.getpeername()))
attempt("IPV6_ADDRFORM", c.setsockopt, SOL_IPV6, 1, AF_INET); say(option(c, SOL_SOCKET, SO_DOMAIN)); attempt("and back", c.setsockopt, SOL_IPV6, 1, AF_INET6)
P
