# Raw sockets and packet sockets of python programs.
. "${0%/*}/../lib.sh"
ns a b
pair a v0 192.0.2.1/24 b v1 192.0.2.2/24
ip -n a link set lo up
cat > raw.py <<'P'
import errno, struct
from socket import *
def attempt(what, f, *a):
    try: print(what, "->", f(*a), flush=True)
    except OSError as e: print(what, "->", errno.errorcode[e.errno], flush=True)
def sum16(b):
    s = sum(struct.unpack(f"!{len(b)//2}H", b))
    while s >> 16: s = (s & 65535) + (s >> 16)
    return ~s & 65535
s = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP); s.settimeout(2)
echo = struct.pack("!BBHHH", 8, 0, 0, 5, 9) + b"payload!"
echo = echo[:2] + struct.pack("!H", sum16(echo)) + echo[4:]
s.sendto(echo, ("192.0.2.2", 0))
data, peer = s.recvfrom(2000)
print(peer, data[0], data[8:10].hex(), data[20:22].hex(), data[28:])
attempt("protocol 0", socket, AF_INET, SOCK_RAW, 0)
attempt("protocol 256", socket, AF_INET, SOCK_RAW, 256)
attempt("no such family", socket, 46, SOCK_RAW, 0)
attempt("bad type", socket, AF_INET, 9, 0)
attempt("bad pair", socket, AF_INET, SOCK_DGRAM, IPPROTO_TCP)
r = socket(AF_INET, SOCK_RAW, 253); r.settimeout(2)
w = socket(AF_INET, SOCK_RAW, 253)
w.sendto(b"hello", ("127.0.0.1", 0))
d = r.recv(100); print(len(d), d[9], d[20:])
h = socket(AF_INET, SOCK_RAW, IPPROTO_RAW)
ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 0, 0x1234, 0, 9, 253, 0, inet_aton("127.0.0.9"), inet_aton("127.0.0.1"))
h.sendto(ip + b"own header", ("127.0.0.1", 0))
d, p = r.recvfrom(100); print(p, len(d), d[2:4].hex(), d[4:6].hex(), d[8], d[20:])
attempt("IPPROTO_RAW does not receive", lambda: h.recv(10, MSG_DONTWAIT))
attempt("short header", h.sendto, b"x", ("127.0.0.1", 0))
P
t ip netns exec a python3 -u raw.py
