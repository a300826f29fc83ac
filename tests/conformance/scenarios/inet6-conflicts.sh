# Ports of AF_INET and AF_INET6 sockets: who may stand beside whom, by address, IPV6_V6ONLY, SO_REUSEADDR and SO_REUSEPORT.
. "${0%/*}/../lib.sh"
ip link set lo up
py <<'P'
from sockets import *
from inet6 import *
PLACES = [(AF_INET, "0.0.0.0", 0), (AF_INET, "127.0.0.1", 0), (AF_INET6, "::", 0), (AF_INET6, "::", 1), (AF_INET6, "::ffff:0.0.0.0", 0), (AF_INET6, "::ffff:127.0.0.1", 0)]
def made(family, kind, reuse, only):
    s = socket(family, kind)
    if family == AF_INET6: s.setsockopt(SOL_IPV6, IPV6_V6ONLY, only)
    if reuse & 1: s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
    if reuse & 2: s.setsockopt(SOL_SOCKET, SO_REUSEPORT, 1)
    return s
port = 7000
for what, kind, listens in (("bound", SOCK_STREAM, 0), ("listening", SOCK_STREAM, 1), ("UDP", SOCK_DGRAM, 0)):
    for f1, a1, o1 in PLACES:
        for f2, a2, o2 in PLACES:
            row = []
            for r1, r2 in ((0, 0), (1, 0), (1, 1), (2, 2), (3, 1)):
                port += 1
                one, two = made(f1, kind, r1, o1), made(f2, kind, r2, o2)
                one.bind((a1, port))
                if listens: one.listen()
                try: two.bind((a2, port)); word = "yes"
                except OSError as e: word = name_of(e).replace("EADDRINUSE", "no")
                else:
                    if kind == SOCK_STREAM:
                        try: two.listen(); word += "+listen"
                        except OSError as e: word += "+" + name_of(e)
                one.close(); two.close(); row.append(word)
            say(what, a1 + "!" * o1, a2 + "!" * o2, *row)
P
