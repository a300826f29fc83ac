# A namespace that is deleted while connections stand.
. "${0%/*}/../lib.sh"
joined_pair
py a <<'P'
from sockets import *
with inside("b"): s = listener("192.0.2.2", 7000)
c = tcp(); c.connect(("192.0.2.2", 7000)); d, _ = s.accept(); os.system("ip netns del b"); pause(); c.send(b"it lives while a socket does"); say(d.recv(100)); say(state(c), state(d), os.path.exists("/sys/class/net/v0"))
os.system("ip -n a link del v0"); pause(); say(state(c), state(d), polled(c)); attempt("send", c.send, b"x"); attempt("connect", tcp().connect, ("192.0.2.2", 7000))
P
