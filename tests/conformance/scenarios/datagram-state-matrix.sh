# Each call and each way of waiting, on UDP, ping, raw and packet sockets in each state.
. "${0%/*}/../lib.sh"
ip link set lo up
echo "0 0" > /proc/sys/net/ipv4/ping_group_range
py <<'P'
from states import *
def udp(): return socket(AF_INET, SOCK_DGRAM)
def ping(): return socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP)
def raw(): s = socket(AF_INET, SOCK_RAW, 253); return s
def packet(): return socket(AF_PACKET, SOCK_DGRAM, 0)
def peer(): p = udp(); p.bind((HERE, 0)); kept.append(p); return p.getsockname()
def bound(): s = udp(); s.bind((HERE, 0)); return s
def connected(): s = udp(); s.connect(peer()); return s
def holds(what):
    def make():
        s = bound(); p = udp()
        for w in what: p.sendto(w, s.getsockname())
        return s
    return make
def refused(): s = udp(); s.connect((HERE, 9)); s.send(b"to nobody"); return s
def refused_data():
    s = bound(); p = udp(); p.sendto(b"data", s.getsockname()); s.connect((HERE, 9)); s.send(b"to nobody"); return s
def shut(how, make=connected):
    def f():
        s = make()
        try: s.shutdown(how)
        except OSError as e: pass
        return s
    return f
def to(make, where):
    def f(): s = make(); s.connect(where); return s
    return f
def packet_bound(): s = packet(); s.bind(("lo", 0x88B5)); return s
def apart(): s = connected(); ctypes.CDLL(None).connect(s.fileno(), bytes(16), 16); return s
STATES = {
    "udp fresh": udp, "udp bound": bound, "udp connected": connected, "udp holds data": holds([b"data"]), "udp holds two": holds([b"data", b"more"]), "udp holds nothing sent": holds([b""]), "udp refused": refused, "udp refused behind data": refused_data,
    "udp unconnected shut": shut(SHUT_RDWR, bound), "udp shut RD": shut(SHUT_RD), "udp shut WR": shut(SHUT_WR), "udp shut RDWR": shut(SHUT_RDWR), "udp taken apart": apart,
    "ping fresh": ping, "ping connected": to(ping, (HERE, 0)), "raw fresh": raw, "raw connected": to(raw, (HERE, 0)), "raw shut": shut(SHUT_RDWR, to(raw, (HERE, 0))), "packet fresh": packet, "packet bound": packet_bound}
try_all(STATES, calls(b"x" * 20, outq=True))
P
