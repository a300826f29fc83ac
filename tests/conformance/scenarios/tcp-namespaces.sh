# One port in two namespaces; a socket stays where it was made.
. "${0%/*}/../lib.sh"
joined_pair
py a <<'P'
from sockets import *
s = listener("0.0.0.0", 7000)
with inside("b"): t = listener("0.0.0.0", 7000)
c = tcp(); c.connect((HERE, 7000)); s.accept()[0].send(b"a"); say(c.recv(1)); c = tcp(); c.connect(("192.0.2.2", 7000)); x, a = t.accept(); x.send(b"b"); say(c.recv(1), shown(a))
with inside("b"): c = tcp(); c.connect((HERE, 7000)); t.accept()[0].send(b"b"); say(c.recv(1)); say("sees", len(table("/proc/thread-self/net/tcp")) > 2)
u = tcp()
with inside("b"): attempt("bound in b, belongs to a", u.bind, ("192.0.2.1", 7001)); attempt("accepted in b", lambda: s.getsockname()); u.connect(("192.0.2.2", 7000)); say(shown(t.accept()[1]))
P
