# Routes that refuse: unreachable, prohibit, blackhole, none, a device that is down.
. "${0%/*}/../lib.sh"
joined_pair
py a <<'P'
from sockets import *
for kind in ("unreachable", "prohibit", "blackhole"):
    os.system(f"ip route add {kind} 198.51.100.0/24"); c = tcp(); attempt(kind, c.connect, ("198.51.100.1", 80)); say(state(c)); os.system("ip route del 198.51.100.0/24")
attempt("none", tcp().connect, ("198.51.100.1", 80)); c = tcp(); c.bind((HERE, 0)); c.setsockopt(SOL_SOCKET, SO_SNDTIMEO, struct.pack("ll", 0, 300000)); attempt("from loopback out", c.connect, ("192.0.2.2", 80))
c = tcp(); c.setsockopt(SOL_SOCKET, SO_DONTROUTE, 1); os.system("ip route add 198.51.100.0/24 via 192.0.2.2"); attempt("SO_DONTROUTE", c.connect, ("198.51.100.1", 80))
os.system("ip link set v0 down"); attempt("device down", tcp().connect, ("192.0.2.2", 80))
P
