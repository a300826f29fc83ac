# TIME-WAIT of a namespace shows in /proc/net/sockstat of that one alone.
. "${0%/*}/../lib.sh"
joined_pair
py a <<'P'
from sockets import *
def tcp_line(): return dict(zip(*[iter(next(l for l in open("/proc/thread-self/net/sockstat") if l.startswith("TCP:")).split()[1:])] * 2))
def told(): t = tcp_line(); return {k: t[k] for k in ("inuse", "tw")}
say("at first", told()); l = listener(); say("a listener", told()); c = tcp(); c.connect(l.getsockname()); d, _ = l.accept(); say("and a connection", told()); c.close(); pause(); d.close(); pause(); say("closed", told())
with inside("b"): say("elsewhere", told())
P
