# ICMP errors that routers send: unreachable, prohibited; to a connecting and to a connected socket.
. "${0%/*}/../lib.sh"
chain
ip netns exec r2 sh -c 'echo 0 > /proc/sys/net/ipv4/icmp_ratelimit'
ip -n r2 route add unreachable 10.7.1.0/24
ip -n r2 route add prohibit 10.7.2.0/24
ip -n r2 route add blackhole 10.7.3.0/24
cat > in.py <<'P'
from sockets import *
for net in (1, 2): c = tcp(); c.setsockopt(IPPROTO_TCP, TCP_SYNCNT, 1); attempt(f"10.7.{net}.1", c.connect, (f"10.7.{net}.1", 80)); say(state(c))
c = tcp(False); c.connect_ex(("10.7.1.1", 80)); pause(0.5); say("soft error of a SYN", state(c), polled(c)); attempt("SO_ERROR", c.getsockopt, SOL_SOCKET, SO_ERROR)
c = tcp(False); c.setsockopt(IPPROTO_IP, 11, 1); c.connect_ex(("10.7.1.2", 80)); pause(0.5); say("with IP_RECVERR", state(c), polled(c)); attempt("SO_ERROR", c.getsockopt, SOL_SOCKET, SO_ERROR); attempt("error queue", lambda: c.recvmsg(100, 100, MSG_ERRQUEUE)[2] & MSG_ERRQUEUE != 0)
with inside("h2"): s = listener("10.0.4.2", 7000)
c = tcp(); c.connect(("10.0.4.2", 7000)); d, _ = s.accept(); os.system("ip -n r1 route add unreachable 10.0.4.2"); c.send(b"lost"); pause(0.5); say("connected: it keeps trying", state(c), polled(c)); attempt("SO_ERROR", c.getsockopt, SOL_SOCKET, SO_ERROR); os.system("ip -n r1 route del unreachable 10.0.4.2"); d.settimeout(10); say(d.recv(10))
P
py h1 < in.py
