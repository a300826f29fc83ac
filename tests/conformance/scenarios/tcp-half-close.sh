# After shutdown for writing the other direction goes on.
. "${0%/*}/../lib.sh"
ip link set lo up
py <<'P'
from sockets import *
c, d = joined(); c.send(b"question"); c.shutdown(SHUT_WR)
say(received(d, 100)); attempt("read on", d.recv, 1)
for i in range(3): d.send(b"answer %d" % i); pause(0.02)
attempt("send after shutdown", c.send, b"x"); say(state(c), state(d))
d.close(); say(received(c, 100)); pause(); say(state(c), polled(c))
c, d = joined(); d.shutdown(SHUT_WR); big = bytes(3000000); import threading
threading.Thread(target=lambda: (c.sendall(big), c.close())).start(); say("after its FIN it receives", len(received(d, 4000000)))
c, d = joined(); c.shutdown(SHUT_WR); attempt("twice", c.shutdown, SHUT_WR); attempt("reading, too", c.shutdown, SHUT_RD); attempt("both", c.shutdown, SHUT_RDWR); pause(); say(state(c))
P
