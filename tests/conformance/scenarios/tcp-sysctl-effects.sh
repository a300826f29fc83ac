# Settings of TCP that new sockets show.
. "${0%/*}/../lib.sh"
ip link set lo up
py <<'P'
from sockets import *
def write(f, t): open("/proc/sys/net/ipv4/" + f, "w").write(t)
old = tcp()
write("tcp_keepalive_time", "600"); write("tcp_keepalive_intvl", "11"); write("tcp_keepalive_probes", "4"); write("tcp_syn_retries", "3"); write("tcp_fin_timeout", "33"); write("tcp_notsent_lowat", "5555")
for s in (old, tcp()): say([option(s, IPPROTO_TCP, n) for n in (TCP_KEEPIDLE, TCP_KEEPINTVL, TCP_KEEPCNT, TCP_SYNCNT, TCP_LINGER2, 25)])
open("/proc/sys/net/core/somaxconn", "w").write("2"); s = listener(backlog=100); say("somaxconn", struct.unpack_from("I", s.getsockopt(IPPROTO_TCP, TCP_INFO, 192), 28)[0])
write("ip_default_ttl", "44"); say("ttl", tcp().getsockopt(IPPROTO_IP, IP_TTL)); write("tcp_abort_on_overflow", "1"); s = listener(backlog=0); cs = [tcp(False) for _ in range(3)]
for c in cs: c.connect_ex(s.getsockname()); pause()
say("abort on overflow", state(cs[0]), sum(c.getsockopt(SOL_SOCKET, SO_ERROR) == errno.ECONNRESET for c in cs))
P
