# Threads that wait on one socket; one closes or shuts it.
. "${0%/*}/../lib.sh"
ip link set lo up
py <<'P'
from sockets import *
import threading
c, d = joined(); got = []
def reader(): got.append(d.recv(1))
ts = [threading.Thread(target=reader) for _ in range(3)]; [t.start() for t in ts]; pause(); c.send(b"a"); pause(); c.send(b"bc"); [t.join(3) for t in ts]; say(sorted(got))
t = threading.Thread(target=reader); t.start(); pause(); d.shutdown(SHUT_RD); t.join(3); say("shutdown wakes a reader", got[-1], t.is_alive())
l = listener(); words = []
def accepter():
    try: l.accept()
    except OSError as e: words.append(name_of(e))
t = threading.Thread(target=accepter); t.start(); pause(); l.shutdown(SHUT_RDWR); t.join(3); say("shutdown wakes accept", words, t.is_alive())
c, d = joined(); t = threading.Thread(target=lambda: words.append(c.send(bytes(50000000)) < 50000000 if True else 0)); t.start(); pause(); d.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0)); d.close(); t.join(3); say("a reset wakes a writer", t.is_alive())
P
