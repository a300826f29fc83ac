# Through three routers: traceroute's hops stand, bytes arrive, a narrow link in between.
. "${0%/*}/../lib.sh"
chain
ip -n r2 link set e3 mtu 700
ip -n r3 link set w3 mtu 700
cat > in.py <<'P'
from sockets import *
import hashlib
data = hashlib.shake_128(b"x").digest(1000000)
with inside("h2"): s = listener("10.0.4.2", 7000)
c = tcp(); c.connect(("10.0.4.2", 7000)); d, a = s.accept(); say(shown(a))
import threading
t = threading.Thread(target=lambda: c.sendall(data)); t.start(); say("there", received(d, len(data)) == data); t.join()
say("MSS", c.getsockopt(IPPROTO_TCP, TCP_MAXSEG), "path MTU", c.getsockopt(IPPROTO_IP, 14))
t = threading.Thread(target=lambda: (d.sendall(data), d.shutdown(SHUT_WR))); t.start(); say("back", received(c, 2000000) == data); t.join()
P
py h1 < in.py
