# Shut for reading: end of file at once, but what arrives is read still.
. "${0%/*}/../lib.sh"
ip link set lo up
py <<'P'
from sockets import *
c, d = joined(); c.send(b"before"); pause(); attempt("shutdown", d.shutdown, SHUT_RD)
attempt("what was there", d.recv, 100); attempt("then", d.recv, 100)
attempt("the peer sends", c.send, b"after"); pause(); attempt("which comes", d.recv, 100); attempt("then", d.recv, 100)
say(state(c), state(d), polled(c), "|", polled(d)); d.send(b"other way"); say(c.recv(100))
attempt("blocking read ends", d.recv, 1)
P
