# TCP_FASTOPEN_CONNECT: connect returns at once when a cookie is known, and the SYN goes with what is sent first.
. "${0%/*}/../lib.sh"
joined_pair
py a <<'P'
from sockets import *
TFC=30
with inside("b"): open("/proc/sys/net/ipv4/tcp_fastopen", "w").write("3"); s = tcp(); s.bind(("192.0.2.2", 7000)); s.listen(); s.setsockopt(IPPROTO_TCP, TCP_FASTOPEN, 5)
def counts(): return {k:v for k,v in counters("/proc/net/netstat","TcpExt").items() if "FastOpen" in k and v}
def new(b=True): c = tcp(b); c.setsockopt(IPPROTO_TCP, TFC, 1); return c
say("# no cookie yet")
c = new(); attempt("connect", c.connect, ("192.0.2.2", 7000)); say(state(c), polled(c)); d,_=s.accept(); c.send(b"x"); say(d.recv(9)); say(counts()); c.close(); d.close()
say("# with cookie")
c = new(); attempt("connect", c.connect, ("192.0.2.2", 7000)); say(state(c), polled(c), inq(c, SIOCOUTQ)); attempt("getpeername", c.getpeername); attempt("SO_ERROR", c.getsockopt, SOL_SOCKET, SO_ERROR); say(table()); attempt("recv", c.recv, 9, MSG_DONTWAIT); attempt("send", c.send, b"later"); pause(); say(state(c), polled(c)); d,_=s.accept(); say(d.recv(9), d.getsockopt(IPPROTO_TCP, TCP_INFO, 8)[5] & 32, c.getsockopt(IPPROTO_TCP, TCP_INFO, 8)[5] & 32); say(counts()); attempt("connect", c.connect, ("192.0.2.2", 7000)); d.send(b"ok"); say(c.recv(9))
say("# nonblocking")
c = new(False); say(c.connect_ex(("192.0.2.2", 7000))); say(state(c), polled(c)); say(c.connect_ex(("192.0.2.2", 7000))); attempt("recv", c.recv, 9); attempt("write", os.write, c.fileno(), b"by write"); pause(); say(state(c)); d,_=s.accept(); say(d.recv(9)); c.close()
say("# closed, shut before any data")
c = new(); c.connect(("192.0.2.2", 7000)); attempt("shutdown", c.shutdown, SHUT_WR); say(state(c), polled(c)); pause(); attempt("send", c.send, b"x", MSG_NOSIGNAL); attempt("recv", c.recv, 9, MSG_DONTWAIT); c.close()
c = new(); c.connect(("192.0.2.2", 7000)); c.close(); pause(); s.settimeout(0.2); attempt("accept", s.accept); s.settimeout(None)
say("# sendmsg, sendto, writev, large")
for f in (lambda c: c.sendmsg([b"a", b"bc"]), lambda c: c.sendto(b"abc", ("192.0.2.2", 7000)), lambda c: os.writev(c.fileno(), [b"ab", b"c"]), lambda c: c.send(b"abc", MSG_MORE), lambda c: c.sendall(bytes(100000))):
    c = new(); c.connect(("192.0.2.2", 7000)); attempt("sent", f, c); pause(); say(state(c)); 
    if state(c) != "SYN_SENT": d,_=s.accept(); say(len(d.recv(200000, MSG_WAITALL if False else 0)) > 2, d.getsockopt(IPPROTO_TCP, TCP_INFO, 8)[5] & 32)
    c.close()
say("# to where nobody listens")
c = new(); attempt("connect", c.connect, ("192.0.2.2", 7001)); attempt("send", c.send, b"x"); 
with inside("b"): x = tcp(); x.bind(("192.0.2.2", 7002)); x.listen(); x.setsockopt(IPPROTO_TCP, TCP_FASTOPEN, 5)
c = new(); c.connect(("192.0.2.2", 7002)); 
x.close(); attempt("send", c.send, b"x", MSG_NOSIGNAL); attempt("send", c.send, b"x", MSG_NOSIGNAL); say(state(c), polled(c)); attempt("SO_ERROR", c.getsockopt, SOL_SOCKET, SO_ERROR); attempt("recv", c.recv, 9, MSG_DONTWAIT)
c = new(False); c.connect_ex(("192.0.2.2", 7002)); attempt("send", c.send, b"x", MSG_NOSIGNAL); pause();say(state(c), polled(c)); attempt("SO_ERROR", c.getsockopt, SOL_SOCKET, SO_ERROR); 
say(counts())
P
