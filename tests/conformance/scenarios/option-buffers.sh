# SO_SNDBUF, SO_RCVBUF: doubled, with a least value; FORCE; what tcp_rmem makes of new sockets.
. "${0%/*}/../lib.sh"
ip link set lo up
py <<'P'
from sockets import *
for name in ("SO_SNDBUF", "SO_RCVBUF"):
    for value in (0, 1, 1000, 50000, 150000):
        s = tcp(); s.setsockopt(SOL_SOCKET, globals()[name], value); say(name, value, s.getsockopt(SOL_SOCKET, globals()[name]))
for name, number in (("SO_SNDBUFFORCE", 32), ("SO_RCVBUFFORCE", 33)):
    s = tcp(); attempt(name, s.setsockopt, SOL_SOCKET, number, 10000000); say(s.getsockopt(SOL_SOCKET, SO_SNDBUF), s.getsockopt(SOL_SOCKET, SO_RCVBUF))
open("/proc/sys/net/ipv4/tcp_rmem", "w").write("4096 20000 6291456"); open("/proc/sys/net/ipv4/tcp_wmem", "w").write("4096 30000 4194304"); s = tcp(); say("sysctl", s.getsockopt(SOL_SOCKET, SO_SNDBUF), s.getsockopt(SOL_SOCKET, SO_RCVBUF))
P
