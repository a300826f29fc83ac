# Errors of bind, and what a bound port keeps others from.
. "${0%/*}/../lib.sh"
ip link set lo up
py <<'P'
from sockets import *
s = listener(port=7000)
attempt("taken", tcp().bind, (HERE, 7000)); attempt("another address", tcp().bind, ("127.0.0.2", 7000)); attempt("not ours", tcp().bind, ("10.9.9.9", 7001)); attempt("broadcast", tcp().bind, ("255.255.255.255", 7001)); attempt("multicast", tcp().bind, ("224.0.0.1", 7001)); attempt("lo's broadcast", tcp().bind, ("127.255.255.255", 7001))
b = tcp(); b.bind((HERE, 7002)); attempt("twice", b.bind, (HERE, 7003)); 
u = socket(AF_INET, SOCK_DGRAM); attempt("UDP has ports of its own", u.bind, (HERE, 7000))
attempt("privileged", tcp().bind, (HERE, 80))
c = tcp(); c.bind((HERE, 7004)); c.connect((HERE, 7000)); d, _ = s.accept(); attempt("port of a connection", tcp().bind, (HERE, 7004)); r = tcp(); r.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1); attempt("with SO_REUSEADDR", r.bind, (HERE, 7004))
s.close(); attempt("accepted ones keep the listener's port", tcp().bind, (HERE, 7000)); r = tcp(); r.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1); attempt("with SO_REUSEADDR", r.bind, (HERE, 7000)); attempt("and listen", r.listen)
c.close(); d.close()
x = tcp(); x.setsockopt(SOL_IP, 15, 1); attempt("IP_FREEBIND", x.bind, ("10.9.9.9", 7005)); attempt("name", x.getsockname)
y = tcp(); y.setsockopt(SOL_IP, 19, 1); attempt("IP_TRANSPARENT", y.bind, ("10.9.9.9", 7006))
P
