# SO_PEEK_OFF on a stream.
. "${0%/*}/../lib.sh"
ip link set lo up
py <<'P'
from sockets import *
SO_PEEK_OFF = 42
c, d = joined(); say("default", d.getsockopt(SOL_SOCKET, SO_PEEK_OFF)); c.send(b"abcdefghij"); pause()
attempt("set", d.setsockopt, SOL_SOCKET, SO_PEEK_OFF, 2)
say(d.recv(3, MSG_PEEK), d.recv(3, MSG_PEEK), d.getsockopt(SOL_SOCKET, SO_PEEK_OFF)); say(d.recv(4), d.getsockopt(SOL_SOCKET, SO_PEEK_OFF), d.recv(2, MSG_PEEK))
d.setsockopt(SOL_SOCKET, SO_PEEK_OFF, -1); say(d.recv(100, MSG_PEEK), d.recv(100))
P
