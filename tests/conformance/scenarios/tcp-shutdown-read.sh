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
c, d = joined(); c.setblocking(False); sent = idle = 0
def fill():
    global sent
    before = sent
    try:
        while True: sent += os.write(c.fileno(), bytes(65536))
    except BlockingIOError: pause(0.01)
    return sent == before
while idle < 30: idle = idle + 1 if fill() else 0
full = sent
for _ in range(30): c.shutdown(SHUT_RD); fill()
say("shutting does not make room", sent == full)
P
