"""What the scenarios about IP options share: `from option_router import *`. The namespace routes between two taps; go() sends a packet
with options into the first and tells what comes out of both."""
from wire import *
t = Tap("tap0", "192.0.2.1/24")
o = Tap("tap1", "198.51.100.1/24", address="02:00:00:00:00:03")
t.know("192.0.2.2"); o.know("198.51.100.2"); o.know("198.51.100.3", "02:00:00:00:00:33")
sh("ip route add 10.1.0.0/16 via 198.51.100.3")
put("icmp_ratelimit", 0); put("ip_forward", 1)
A = socket.inet_aton
def go(what, dst, options, packet=None):
    o.drain()
    with Counted("Ip.InHdrErrors", "Ip.InDiscards", "Ip.ForwDatagrams"):
        t.ask(what, ip("192.0.2.2", dst, packet or echo(), 1, options=options), 0.04)
        for f in o.frames(0.02): say("    other link:", text(f))
def route(kind, pointer, *hops): return bytes([kind, 3 + 4 * len(hops), pointer]) + b"".join(map(A, hops))
