# TCP_FASTOPEN: data with the SYN, the first time a cookie only.
. "${0%/*}/../lib.sh"
joined_pair
py a <<'P'
from sockets import *
say(open("/proc/sys/net/ipv4/tcp_fastopen").read().strip()); 
with inside("b"): open("/proc/sys/net/ipv4/tcp_fastopen", "w").write("3"); s = tcp(); s.bind(("192.0.2.2", 7000)); s.listen(); s.setsockopt(IPPROTO_TCP, TCP_FASTOPEN, 5); say(s.getsockopt(IPPROTO_TCP, TCP_FASTOPEN))
for i in range(3):
    c = tcp(); attempt("MSG_FASTOPEN", c.sendto, b"hello %d" % i, MSG_FASTOPEN, ("192.0.2.2", 7000)); d, _ = s.accept(); say(d.recv(100), "SYN data", bool(c.getsockopt(IPPROTO_TCP, TCP_INFO, 8)[5] & 32)); d.send(b"answer"); say(c.recv(100)); d.close(); c.close()
c = tcp(); c.setsockopt(IPPROTO_TCP, 30, 1); attempt("TCP_FASTOPEN_CONNECT", c.connect, ("192.0.2.2", 7000)); say(state(c)); attempt("send", c.send, b"later"); d, _ = s.accept(); say(d.recv(100), state(c))
open("/proc/sys/net/ipv4/tcp_fastopen", "w").write("0"); c = tcp(); attempt("off", c.sendto, b"x", MSG_FASTOPEN, ("192.0.2.2", 7000)); c = tcp(); attempt("TCP_FASTOPEN_CONNECT when off", c.setsockopt, IPPROTO_TCP, 30, 1)
P
