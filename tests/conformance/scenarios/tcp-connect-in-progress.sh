# While a SYN goes unanswered: EALREADY, nothing to read, no peer, not writable.
. "${0%/*}/../lib.sh"
joined_pair
py a <<'P'
from sockets import *
os.system("ip -n b link set v1 arp off; ip neigh add 192.0.2.3 lladdr 02:00:00:00:00:33 dev v0")
c = tcp(False); say("connect", errno.errorcode.get(c.connect_ex(("192.0.2.3", 80))))
say(state(c), polled(c)); say("again", errno.errorcode.get(c.connect_ex(("192.0.2.3", 80)))); say("elsewhere", errno.errorcode.get(c.connect_ex(("192.0.2.2", 80))))
attempt("recv", c.recv, 1); attempt("send", c.send, b"x"); attempt("read", os.read, c.fileno(), 1); attempt("write", os.write, c.fileno(), b"x")
attempt("getpeername", c.getpeername); attempt("getsockname", c.getsockname); attempt("SO_ERROR", c.getsockopt, SOL_SOCKET, SO_ERROR)
attempt("listen", c.listen); attempt("bind", c.bind, ("192.0.2.1", 7000)); attempt("SIOCINQ", inq, c); attempt("SIOCOUTQ", inq, c, SIOCOUTQ); attempt("accept", c.accept)
attempt("shutdown", c.shutdown, SHUT_WR); say(state(c), polled(c)); attempt("SO_ERROR", c.getsockopt, SOL_SOCKET, SO_ERROR)
c = tcp(False); c.connect_ex(("192.0.2.3", 80)); attempt("shutdown both", c.shutdown, SHUT_RDWR); say(state(c), polled(c)); attempt("SO_ERROR", c.getsockopt, SOL_SOCKET, SO_ERROR)
c = tcp(); c.settimeout(None); c.setsockopt(SOL_SOCKET, SO_SNDTIMEO, struct.pack("ll", 0, 200000)); attempt("SO_SNDTIMEO", c.connect, ("192.0.2.3", 80)); say(state(c)); attempt("again", c.connect, ("192.0.2.3", 80))
P
