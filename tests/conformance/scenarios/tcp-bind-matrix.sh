# Which binds go together: addresses, SO_REUSEADDR and SO_REUSEPORT, listening or not.
. "${0%/*}/../lib.sh"
ip link set lo up
py <<'P'
from sockets import *
def made(address, reuse, port, listen):
    s = tcp()
    if reuse & 1: s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
    if reuse & 2: s.setsockopt(SOL_SOCKET, SO_REUSEPORT, 1)
    s.bind((address, port))
    if listen: s.listen()
    return s
port = 7000
for listening in (0, 1):
    for first in (HERE, "0.0.0.0"):
        for second in (HERE, "127.0.0.2", "0.0.0.0"):
            row = []
            for r1, r2 in ((0, 0), (1, 0), (0, 1), (1, 1), (2, 0), (2, 2), (3, 1), (1, 3)):
                port += 1
                one = made(first, r1, port, listening)
                try: two = made(second, r2, port, False); word = "yes"
                except OSError as e: word = name_of(e).replace("EADDRINUSE", "no")
                else:
                    try: two.listen(); word += "+listen"
                    except OSError as e: word += "+" + name_of(e)
                    two.close()
                one.close(); row.append(word)
            say("listening" if listening else "bound    ", first, second, *row)
P
