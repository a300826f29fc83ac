# A listener that was shut listens again, or connects; what waited to be accepted is gone.
. "${0%/*}/../lib.sh"
ip link set lo up
py <<'P'
from sockets import *
signal.signal(signal.SIGPIPE, signal.SIG_IGN)
s = listener(); name = s.getsockname()
waits = tcp(); waits.connect(name); pause()
say("one waits", polled(s))
s.shutdown(SHUT_RDWR); pause()
say("shut", state(s), polled(s)); attempt("who waited", waits.recv, 1)
attempt("write", os.write, s.fileno(), b"x")
attempt("bind", s.bind, (HERE, 0)); attempt("listen again", s.listen, 4)
say(state(s), polled(s)); attempt("write", os.write, s.fileno(), b"x")
c = tcp(); c.connect(s.getsockname()); pause()
say("one waits again", polled(s))
d, _ = s.accept(); say("accepted", polled(s)); c.send(b"to d"); attempt("it hears", d.recv, 9)
other = listener()
s.shutdown(SHUT_RD); say("shut again", state(s), polled(s))
attempt("connect", s.connect, other.getsockname()); say(state(s), polled(s))
e, _ = other.accept(); e.send(b"from e"); attempt("read", lambda: (pause(), os.read(s.fileno(), 9))[1]); attempt("write", os.write, s.fileno(), b"to e"); attempt("it hears", e.recv, 9)
s.close(); attempt("the end", e.recv, 9)
fork = listener(); copy = fork.dup(); fork.shutdown(SHUT_RD); say("a copy of one shut", state(copy), polled(copy)); fork.close(); copy.close()
again = tcp(); attempt("the port is free", again.bind, name)
P
