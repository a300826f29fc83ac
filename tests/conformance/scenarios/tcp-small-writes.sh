# Acks of small writes that are read at once, and of a FIN: which come at once, and which wait for company.
. "${0%/*}/../lib.sh"
joined_pair
py a <<'P'
from sockets import *
with inside("b"): l = listener("192.0.2.2", 7000)
def both(): c = tcp(); c.connect(("192.0.2.2", 7000)); return c, l.accept()[0]
def soon(f): t = time.monotonic(); f(); return time.monotonic() - t
for size in (1, 500, 1000, 1448):
    c, d = both()
    def one(): c.sendall(bytes(size)); received(d, size)
    say("60 writes of", size, "read one by one", soon(lambda: [one() for _ in range(60)]) < 1)
def until_acked(s):
    while state(s) != "FIN_WAIT2": time.sleep(0.0005)
for what, before in (("nothing", lambda c, d: None), ("data", lambda c, d: (c.send(b"x"), d.recv(9))), ("a dialogue", lambda c, d: (c.send(b"x"), d.recv(9), d.send(b"y"), c.recv(9)))):
    times = []
    for _ in range(3): c, d = both(); before(c, d); pause(); c.shutdown(SHUT_WR); times.append(soon(lambda: until_acked(c)))
    say("a FIN after", what, "is acked", "at once" if min(times) < 0.025 else "later")
P
