# What is left of a connection that connect(AF_UNSPEC) took apart: the pending error, and what the socket can do then.
. "${0%/*}/../lib.sh"
ip link set lo up
ip link add d0 address 02:00:00:00:00:01 type veth peer name d1
ip addr add 192.0.2.1/24 dev d0; ip link set d0 up; ip link set d1 up
ip neigh add 192.0.2.2 lladdr 02:00:00:00:00:02 dev d0
py <<'P'
from sockets import *
signal.signal(signal.SIGPIPE, signal.SIG_IGN)
libc = ctypes.CDLL(None, use_errno=True)
def unspec(s):
    if libc.connect(s.fileno(), struct.pack("H14x", AF_UNSPEC), 16): raise OSError(ctypes.get_errno(), "")
    return 0
def connecting(): s = tcp(False); attempt("connect", s.connect, ("192.0.2.2", 7000)); return s
def connected(): return joined()[0]
def timed_out(): s = tcp(); s.setsockopt(SOL_SOCKET, SO_SNDTIMEO, struct.pack("ll", 0, 100000)); attempt("connect", s.connect, ("192.0.2.2", 7000)); return s
def shut(): c, d = joined(); c.shutdown(SHUT_WR); keep.append(d); return c
def ended(): c, d = joined(); c.shutdown(SHUT_WR); d.close(); pause(); return c
def reset(): c, d = joined(); d.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0)); d.close(); pause(); return c
def listening(): return listener()
keep = []; l = listener()
for make in (tcp, connecting, timed_out, connected, shut, ended, reset, listening):
    say("#", make.__name__)
    s = make(); attempt("disconnect", unspec, s); attempt("SO_ERROR", s.getsockopt, SOL_SOCKET, SO_ERROR); attempt("again", s.getsockopt, SOL_SOCKET, SO_ERROR); s.setblocking(False); attempt("send", s.send, b"x"); attempt("recv", s.recv, 1)
    s = make(); attempt("disconnect", unspec, s); s.setblocking(False); attempt("send", s.send, b"x"); attempt("send", s.send, b"x"); attempt("recv", s.recv, 1)
    s = make(); attempt("disconnect", unspec, s); s.setblocking(False); attempt("recv", s.recv, 1); attempt("recv", s.recv, 1); attempt("send", s.send, b"x")
    s = make(); attempt("disconnect", unspec, s); say("ERR" in polled(s)); s.settimeout(None); attempt("connect", s.connect, l.getsockname()); d = l.accept()[0] if state(s) == "ESTABLISHED" else None; d and d.send(b"new"); pause(); s.setblocking(False); attempt("SO_ERROR", s.getsockopt, SOL_SOCKET, SO_ERROR); attempt("recv", s.recv, 9); attempt("send", s.send, b"x"); attempt("getpeername", lambda: s.getpeername()[0])
    s = make(); attempt("disconnect", unspec, s); attempt("listen", s.listen); s.setblocking(False); attempt("accept", s.accept); attempt("accept", s.accept); attempt("SO_ERROR", s.getsockopt, SOL_SOCKET, SO_ERROR)
    s = make(); attempt("disconnect", unspec, s); attempt("disconnect again", unspec, s); attempt("SO_ERROR", s.getsockopt, SOL_SOCKET, SO_ERROR)
P
