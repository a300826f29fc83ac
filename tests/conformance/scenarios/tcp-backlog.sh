# A full queue of a listener: how many get in, what becomes of the others, and after accept.
. "${0%/*}/../lib.sh"
ip link set lo up
py <<'P'
from sockets import *
for backlog in (0, 1, 3):
    s = listener(backlog=backlog); cs = []
    for i in range(backlog + 3): c = tcp(False); c.connect_ex(s.getsockname()); cs.append(c); pause(0.03)
    pause(0.3); say("backlog", backlog, [state(c) for c in cs][:backlog + 1], "connected in all:", sum(state(c) == "ESTABLISHED" for c in cs))
    f = s.getsockopt(IPPROTO_TCP, TCP_INFO, 192); say("waiting and limit", struct.unpack_from("I", f, 24)[0], struct.unpack_from("I", f, 28)[0])
    for c in cs: c.close()
open("/proc/sys/net/ipv4/tcp_abort_on_overflow", "w").write("1")
say("SOMAXCONN", open("/proc/sys/net/core/somaxconn").read().strip())
s = listener(backlog=10000); say("bounded by somaxconn", struct.unpack_from("I", s.getsockopt(IPPROTO_TCP, TCP_INFO, 192), 28)[0])
P
