# A socket that connects to its own address and port talks to itself.
. "${0%/*}/../lib.sh"
ip link set lo up
py <<'P'
from sockets import *
c = tcp(); c.bind((HERE, 7000)); attempt("connect", c.connect, (HERE, 7000))
say(state(c), shown(c.getsockname()), shown(c.getpeername()), polled(c))
c.send(b"echo"); say(c.recv(10)); say(table())
c.shutdown(SHUT_WR); pause(); say(state(c), polled(c), c.recv(1))
c.close()
P
