# A connect that nobody answers ends with ETIMEDOUT after TCP_SYNCNT tries; unanswered ARP with EHOSTUNREACH.
. "${0%/*}/../lib.sh"
joined_pair
py a <<'P'
from sockets import *
os.system("ip neigh add 192.0.2.3 lladdr 02:00:00:00:00:33 dev v0"); c = tcp(); c.setsockopt(IPPROTO_TCP, TCP_SYNCNT, 1); t = time.monotonic(); attempt("connect", c.connect, ("192.0.2.3", 80)); say("about 3 s", 2 < time.monotonic() - t < 5); say(state(c), polled(c)); attempt("SO_ERROR", c.getsockopt, SOL_SOCKET, SO_ERROR)
c = tcp(); attempt("no neighbour", c.connect, ("192.0.2.9", 80)); say(state(c)); c = tcp(False); c.connect_ex(("192.0.2.8", 80)); say("not waiting", polled(c, select.POLLOUT, 9000)); attempt("SO_ERROR", c.getsockopt, SOL_SOCKET, SO_ERROR)
P
