# UDP_SEGMENT (sockopt and control message), UDP_GRO, UDP_CORK, MSG_MORE, and the other options of level IPPROTO_UDP.
. "${0%/*}/../lib.sh"
joined_pair
py a <<'P'
from sockets import *
UDP, UDP_CORK, UDP_ENCAP, NO_CHECK6_TX, NO_CHECK6_RX, UDP_SEGMENT, UDP_GRO = 17, 1, 100, 101, 102, 103, 104
def udp(): s = socket(AF_INET, SOCK_DGRAM); s.setsockopt(SOL_SOCKET, SO_RCVTIMEO, struct.pack("qq", 1, 0)); return s
with inside("b"):
    far = udp(); far.bind(("0.0.0.0", 7000))
near = udp(); near.bind((HERE, 7000))
def drain(s):
    out = []; time.sleep(0.03)
    while True:
        try: m = s.recvmsg(70000, 200, MSG_DONTWAIT); out.append((len(m[0]), [(l, t, d.hex()) for l, t, d in m[1]]) if m[1] else len(m[0]))
        except OSError: return out if len(out) < 6 else (len(out), out[0], out[-1])
say("# options")
for o in range(0, 5): s = udp(); attempt(f"get {o}", s.getsockopt, UDP, o); attempt(f"set {o}", s.setsockopt, UDP, o, 1)
for o in (99, 101, 102, 103, 104, 105, 106):
    s = udp(); attempt(f"get {o}", s.getsockopt, UDP, o)
    for v in (0, 1, -1, 65536): attempt(f"set {o} {v}", s.setsockopt, UDP, o, v); attempt("get", s.getsockopt, UDP, o)
    attempt("short", s.setsockopt, UDP, o, b"a"); attempt("get one byte", s.getsockopt, UDP, o, 1)
say("# UDP_SEGMENT")
for name, to, r in (("loopback", (HERE, 7000), near), ("wire", ("192.0.2.2", 7000), far)):
    s = udp(); s.setsockopt(UDP, UDP_SEGMENT, 1000)
    for n in (0, 1, 999, 1000, 1001, 2500, 60000, 64000, 65000): attempt(f"{name} {n}", s.sendto, bytes(n), to); say(drain(r))
    s.setsockopt(UDP, UDP_SEGMENT, 1472); attempt("full packets", s.sendto, bytes(1472 * 3 + 7), to); say(drain(r))
    s.setsockopt(UDP, UDP_SEGMENT, 1473); attempt("larger than the wire", s.sendto, bytes(1473 * 2), to); say(drain(r))
    s.setsockopt(UDP, UDP_SEGMENT, 1); attempt("128 segments", s.sendto, bytes(128), to); say(drain(r)); attempt("129 segments", s.sendto, bytes(129), to); say(drain(r))
    s.setsockopt(UDP, UDP_SEGMENT, 0); attempt("off", s.sendto, bytes(3000), to); say(drain(r))
    cm = lambda n: [(UDP, UDP_SEGMENT, struct.pack("H", n))]
    attempt("by control message", s.sendmsg, [bytes(2500)], cm(1000), 0, to); say(drain(r))
    attempt("0 by control message", s.sendmsg, [bytes(2500)], cm(0), 0, to); say(drain(r))
    attempt("of four bytes", s.sendmsg, [bytes(2500)], [(UDP, UDP_SEGMENT, struct.pack("I", 1000))], 0, to); say(drain(r))
    attempt("unknown", s.sendmsg, [bytes(2500)], [(UDP, 99, struct.pack("H", 1000))], 0, to); say(drain(r))
    s.setsockopt(SOL_SOCKET, 11, 1); attempt("without checksum", s.sendmsg, [bytes(2500)], cm(1000), 0, to); say(drain(r))
say("# counted")
b = counters("/proc/net/snmp", "Udp"); s = udp(); s.setsockopt(UDP, UDP_SEGMENT, 100); s.sendto(bytes(1000), (HERE, 7000)); drain(near); a = counters("/proc/net/snmp", "Udp"); say({k: a[k] - b[k] for k in a if a[k] != b[k]})
say("# UDP_GRO")
for name, to, r in (("loopback", (HERE, 7000), near), ("wire", ("192.0.2.2", 7000), far)):
    r.setsockopt(UDP, UDP_GRO, 1); s = udp(); s.setsockopt(UDP, UDP_SEGMENT, 1000)
    for n in (500, 1000, 2500, 60000): attempt(f"{name} {n}", s.sendto, bytes(n), to); say(drain(r))
    b = counters("/proc/net/snmp", "Udp"); s.sendto(bytes(5000), to); drain(r); a = counters("/proc/net/snmp", "Udp"); say({k: a[k] - b[k] for k in a if a[k] != b[k]})
    s.sendto(bytes(5000), to); m = r.recvmsg(1200, 200); say(len(m[0]), [(l, t, d.hex()) for l, t, d in m[1]], m[2]); say(drain(r))
    r.setsockopt(UDP, UDP_GRO, 0)
say("# UDP_CORK and MSG_MORE")
for name, to, r in (("loopback", (HERE, 7000), near), ("wire", ("192.0.2.2", 7000), far)):
    s = udp(); s.setsockopt(UDP, UDP_CORK, 1); attempt("one", s.sendto, b"one", to); attempt("two", s.sendto, b"two", to); say(drain(r)); attempt("elsewhere", s.sendto, b"three", (HERE, 7009)); s.setsockopt(UDP, UDP_CORK, 0); say(drain(r))
    s = udp(); attempt("more", s.sendto, b"a" * 1000, MSG_MORE, to); attempt("more", s.sendto, b"b" * 1000, MSG_MORE, to); say(drain(r)); attempt("last", s.sendto, b"c", to); say(drain(r))
    s = udp(); s.connect(to); attempt("more", s.send, b"aa", MSG_MORE); attempt("last", s.send, b""); say(drain(r))
    s = udp(); s.connect(to); attempt("more", s.send, bytes(60000), MSG_MORE); attempt("too much", s.send, bytes(10000)); say(drain(r)); attempt("then", s.send, b"x"); say(drain(r))
    s = udp(); attempt("cork, disconnect", s.sendto, b"aa", MSG_MORE, to); s.close(); say(drain(r))
    s = udp(); attempt("more", s.sendto, b"aa", MSG_MORE, to); attempt("getsockname", lambda: s.getsockname()[0]); attempt("connect while corked", s.connect, to); attempt("rest", s.send, b"bb"); say(drain(r))
P
