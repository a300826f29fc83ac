# A link that goes down and up again: what was sent meanwhile arrives.
. "${0%/*}/../lib.sh"
joined_pair
py a <<'P'
from sockets import *
with inside("b"): s = listener("192.0.2.2", 7000)
c = tcp(); c.connect(("192.0.2.2", 7000)); d, _ = s.accept(); os.system("ip link set v0 down"); attempt("send", c.send, b"meanwhile"); pause(0.3); say(state(c), polled(c)); os.system("ip link set v0 up"); d.settimeout(8); say(d.recv(100)); os.system("ip addr del 192.0.2.1/24 dev v0"); attempt("address gone, send", c.send, b"x"); say(state(c)); os.system("ip addr add 192.0.2.1/24 dev v0"); say(d.recv(10))
P
