# Which options an accepted socket has from its listener.
. "${0%/*}/../lib.sh"
ip link set lo up
py <<'P'
from sockets import *
import fcntl
s = tcp(); s.bind((HERE, 7000))
for level, what, value in ((SOL_SOCKET, "SO_KEEPALIVE", 1), (SOL_SOCKET, "SO_REUSEADDR", 1), (SOL_SOCKET, "SO_SNDBUF", 50000), (SOL_SOCKET, "SO_RCVBUF", 60000), (SOL_SOCKET, "SO_OOBINLINE", 1), (SOL_SOCKET, "SO_PRIORITY", 3), (SOL_SOCKET, "SO_MARK", 9), (SOL_SOCKET, "SO_RCVLOWAT", 5), (SOL_SOCKET, "SO_DONTROUTE", 0), (IPPROTO_TCP, "TCP_NODELAY", 1), (IPPROTO_TCP, "TCP_CORK", 1), (IPPROTO_TCP, "TCP_KEEPIDLE", 100), (IPPROTO_TCP, "TCP_KEEPINTVL", 10), (IPPROTO_TCP, "TCP_KEEPCNT", 3), (IPPROTO_TCP, "TCP_LINGER2", 20), (IPPROTO_TCP, "TCP_MAXSEG", 1000), (IPPROTO_TCP, "TCP_SYNCNT", 2), (IPPROTO_TCP, "TCP_USER_TIMEOUT", 9000), (IPPROTO_TCP, "TCP_NOTSENT_LOWAT", 4000), (IPPROTO_TCP, "TCP_QUICKACK", 0), (IPPROTO_IP, "IP_TTL", 33), (IPPROTO_IP, "IP_TOS", 0x20), (IPPROTO_IP, "IP_RECVTTL", 1), (IPPROTO_IP, "IP_MTU_DISCOVER", 0), (IPPROTO_IP, "IP_MINTTL", 3)):
    number = dict(globals(), SO_MARK=36, IP_MTU_DISCOVER=10, IP_MINTTL=21, IP_RECVTTL=12, TCP_NOTSENT_LOWAT=25)[what]
    s.setsockopt(level, number, value); s.listen() if what == "SO_KEEPALIVE" else None
    c = tcp(); c.connect((HERE, 7000)); d, _ = s.accept(); say(what, "listener", option(s, level, number), "accepted", option(d, level, number), *(("connecting", option(c, level, number)) if what != "SO_SNDBUF" else ())); c.close(); d.close()
s.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 7)); c = tcp(); c.connect((HERE, 7000)); d, _ = s.accept(); say("SO_LINGER", struct.unpack("ii", d.getsockopt(SOL_SOCKET, SO_LINGER, 8)))
P
