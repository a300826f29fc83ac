# Writability goes with a full send buffer and comes back when the peer reads.
. "${0%/*}/../lib.sh"
ip link set lo up
py <<'P'
from sockets import *
c, d = joined(); c.setblocking(False)
sent = 0
try:
    while True: sent += c.send(bytes(65536))
except BlockingIOError: pass
pause()
try:
    while True: sent += c.send(bytes(65536))
except BlockingIOError: pass
say("full", polled(c), "something went:", sent > 65536)
attempt("send more", c.send, b"x")
attempt("write more", os.write, c.fileno(), b"x")
got = len(received(d, sent)); say("all came", got == sent)
pause(); say("room again", polled(c), "| peer", polled(d))
attempt("send", c.send, b"x")
P
