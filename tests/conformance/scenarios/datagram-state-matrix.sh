# Each call and each way of waiting, on UDP, ping, raw and packet sockets in each state.
. "${0%/*}/../lib.sh"
ip link set lo up
echo "0 0" > /proc/sys/net/ipv4/ping_group_range
py <<'P'
from sockets import *
pipes = []
def broken(*_): pipes.append(1)
signal.signal(signal.SIGPIPE, broken)
FILE = os.memfd_create("file"); os.write(FILE, b"from a file")
kept = []
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
def into_pipe(fd):
    r, w = os.pipe(); return os.splice(fd, w, 9)
def from_pipe(fd):
    r, w = os.pipe(); os.write(w, b"piped"); return os.splice(r, fd, 9)
def selected(fd): return "".join(n for n, l in zip("rwx", select.select([fd], [fd], [fd], 0)) if l) or "none"
def epolled(fd, how):
    with select.epoll() as p:
        p.register(fd, ASKED | how)
        return [events(e) for _, e in p.poll(0)]
CALLS = {
    "read": lambda s, fd: os.read(fd, 9), "readv": lambda s, fd: os.readv(fd, [bytearray(9)]), "recv": lambda s, fd: s.recv(9), "recvmsg": lambda s, fd: s.recvmsg(9)[0], "splice in": lambda s, fd: into_pipe(fd),
    "write": lambda s, fd: os.write(fd, b"x" * 20), "writev": lambda s, fd: os.writev(fd, [b"x" * 20, b"y"]), "send": lambda s, fd: s.send(b"x" * 20), "sendmsg": lambda s, fd: s.sendmsg([b"x" * 20]),
    "sendfile": lambda s, fd: os.sendfile(fd, FILE, 0, 9), "splice out": lambda s, fd: from_pipe(fd), "poll": lambda s, fd: polled(s), "select": lambda s, fd: selected(fd),
    "epoll": lambda s, fd: epolled(fd, 0), "epoll edge": lambda s, fd: epolled(fd, select.EPOLLET), "FIONREAD": lambda s, fd: inq(s), "OUTQ": lambda s, fd: inq(s, SIOCOUTQ), "SO_ERROR": lambda s, fd: s.getsockopt(SOL_SOCKET, SO_ERROR)}
for state_name, make in STATES.items():
    sockets = {name: make() for name in CALLS}
    pause()
    for name, call in CALLS.items():
        s = sockets[name]; s.setblocking(False); pipes.clear()
        try: came = call(s, s.fileno())
        except OSError as e: came = name_of(e)
        say(f"{state_name}: {name} ->", shown(came), *["SIGPIPE"] * bool(pipes))
    kept.clear()
P
