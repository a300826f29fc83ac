# Which TCP options are agreed on when one side has them off.
. "${0%/*}/../lib.sh"
joined_pair
py a <<'P'
from sockets import *
for where in ("a", "b"):
    with inside(where): open("/proc/sys/net/ipv4/tcp_rmem", "w").write("4096 131072 6291456")
def options(s): return s.getsockopt(IPPROTO_TCP, TCP_INFO, 8)[5] & 15, s.getsockopt(IPPROTO_TCP, TCP_INFO, 104)[6]
with inside("b"): s = listener("192.0.2.2", 7000)
for name in ("tcp_timestamps", "tcp_sack", "tcp_window_scaling"):
    for where in ("a", "b"):
        with inside(where): f = open("/proc/sys/net/ipv4/" + name, "r+"); old = f.read().strip(); f.close(); open("/proc/sys/net/ipv4/" + name, "w").write("0")
        c = tcp(); c.connect(("192.0.2.2", 7000)); d, _ = s.accept(); say(name, "off at", where, options(c), options(d))
        with inside(where): open("/proc/sys/net/ipv4/" + name, "w").write(old)
open("/proc/sys/net/ipv4/tcp_ecn", "w").write("1"); c = tcp(); c.connect(("192.0.2.2", 7000)); d, _ = s.accept(); say("tcp_ecn asked", options(c), options(d))
for size in (1000, 70000, 1000000, 6000000):
    c = tcp(); c.setsockopt(SOL_SOCKET, 33, size); c.connect(("192.0.2.2", 7000)); d, _ = s.accept(); say("SO_RCVBUF", size, options(c)[1] >> 4)
P
