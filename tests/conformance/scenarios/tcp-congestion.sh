# TCP_CONGESTION: names, the default, one that is not there, inheritance.
. "${0%/*}/../lib.sh"
ip link set lo up
py <<'P'
from sockets import *
def cc(s): return s.getsockopt(IPPROTO_TCP, TCP_CONGESTION, 16).rstrip(b"\0").decode()
say("both are there", {"cubic", "reno"} <= set(open("/proc/sys/net/ipv4/tcp_available_congestion_control").read().split())); say(cc(tcp()), open("/proc/sys/net/ipv4/tcp_congestion_control").read().strip())
s = tcp(); attempt("reno", s.setsockopt, IPPROTO_TCP, TCP_CONGESTION, b"reno"); say(cc(s)); attempt("nothing", s.setsockopt, IPPROTO_TCP, TCP_CONGESTION, b"nothing"); attempt("empty", s.setsockopt, IPPROTO_TCP, TCP_CONGESTION, b""); attempt("with a zero", s.setsockopt, IPPROTO_TCP, TCP_CONGESTION, b"cubic\0"); say(cc(s), s.getsockopt(IPPROTO_TCP, TCP_CONGESTION, 3), len(s.getsockopt(IPPROTO_TCP, TCP_CONGESTION, 64)))
s.setsockopt(IPPROTO_TCP, TCP_CONGESTION, b"reno"); s.bind((HERE, 0)); s.listen(); c = tcp(); c.connect(s.getsockname()); d, _ = s.accept(); say("connecting", cc(c), "accepted", cc(d)); attempt("change while connected", c.setsockopt, IPPROTO_TCP, TCP_CONGESTION, b"reno"); say(cc(c)); c.send(b"still works"); say(d.recv(20))
open("/proc/sys/net/ipv4/tcp_congestion_control", "w").write("reno"); say("by sysctl", cc(tcp()), cc(d))
P
