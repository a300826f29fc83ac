# AF_UNSPEC takes a connection apart; the socket can then be used anew.
. "${0%/*}/../lib.sh"
ip link set lo up
py <<'P'
from sockets import *
libc = ctypes.CDLL(None, use_errno=True)
def unspec(s):
    if libc.connect(s.fileno(), struct.pack("H14x", AF_UNSPEC), 16): raise OSError(ctypes.get_errno(), "")
    return 0
c, d = joined(); attempt("disconnect", unspec, c); say(state(c)); attempt("peer", c.getpeername); attempt("local", c.getsockname); pause()
say("the other", state(d), polled(d)); attempt("recv", d.recv, 1)
s = listener(); attempt("connect again", c.connect, s.getsockname()); e, _ = s.accept(); c.send(b"new"); say(e.recv(9))
attempt("fresh", unspec, tcp()); attempt("listener", unspec, s); say(state(s))
b = tcp(); b.bind((HERE, 7003)); attempt("bound", unspec, b); attempt("local", b.getsockname)
P
