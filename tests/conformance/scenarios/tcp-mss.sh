# TCP_MAXSEG: what the two MTUs and TCP_MAXSEG itself make of it.
. "${0%/*}/../lib.sh"
joined_pair
py a <<'P'
from sockets import *
def mss(s): return s.getsockopt(IPPROTO_TCP, TCP_MAXSEG)
with inside("b"): s = listener("192.0.2.2", 7000)
def connect(ours=0, route=""):
    c = tcp()
    if ours: c.setsockopt(IPPROTO_TCP, TCP_MAXSEG, ours)
    c.connect(("192.0.2.2", 7000)); d, _ = s.accept(); c.sendall(bytes(20000)); d.sendall(bytes(20000)); received(c, 20000); received(d, 20000); return mss(c), mss(d)
say("1500 both", connect()); say("TCP_MAXSEG 1000", connect(1000))
os.system("ip link set v0 mtu 1000"); say("1000 here", connect()); os.system("ip -n b link set v1 mtu 800"); say("and 800 there", connect())
os.system("ip link set v0 mtu 9000; ip -n b link set v1 mtu 9000"); say("9000 both", connect()); os.system("ip route replace 192.0.2.0/24 dev v0 src 192.0.2.1 mtu 1280"); say("route mtu 1280", connect()); os.system("ip route replace 192.0.2.0/24 dev v0 src 192.0.2.1 advmss 600"); say("route advmss 600", connect())
say("before connect", mss(tcp())); say("loopback", [mss(x) for x in joined()])
P
