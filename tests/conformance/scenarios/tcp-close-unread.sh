# Who closes with data unread resets the connection.
. "${0%/*}/../lib.sh"
ip link set lo up
py <<'P'
from sockets import *
c, d = joined(); c.send(b"never read"); pause(); d.close(); pause()
say(state(c), polled(c)); attempt("recv", c.recv, 1); attempt("then", c.recv, 1)
c, d = joined(); d.send(b"goodbye"); c.send(b"never read"); pause(); d.close(); pause(); attempt("what came before the reset", c.recv, 100); attempt("then", c.recv, 100)
c, d = joined(); d.send(b"goodbye"); pause(); d.close(); pause(); attempt("send to a closed one", c.send, b"x"); pause(); attempt("recv", c.recv, 100); attempt("then", c.recv, 100); attempt("send", c.send, b"x")
s = listener(); c = tcp(); c.connect(s.getsockname()); pause(); s.close(); pause(); say("listener closed before accept", state(c), polled(c)); attempt("recv", c.recv, 1)
P
