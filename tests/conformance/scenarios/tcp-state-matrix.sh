# Each call and each way of waiting, on a TCP socket in each state.
. "${0%/*}/../lib.sh"
joined_pair
ip -n a neigh add 192.0.2.9 lladdr 02:00:00:00:00:99 dev v0 # nobody
py a <<'P'
from sockets import *
pipes = []
def broken(*_): pipes.append(1)
signal.signal(signal.SIGPIPE, broken)
FILE = os.memfd_create("file"); os.write(FILE, b"from a file")
kept = []
def ended(f):
    def make():
        c, d = joined(); kept.append(d); f(c, d); return c
    return make
def reset(d): d.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0)); d.close()
def bound(): s = tcp(); s.bind((HERE, 0)); return s
def waiting(): s = listener(); c = tcp(); c.connect(s.getsockname()); kept.append(c); return s
def connecting(): s = tcp(False); s.connect_ex(("192.0.2.9", 7000)); return s
def refused(): s = tcp(False); s.connect_ex((HERE, 1)); return s
def unlistened(): s = listener(); s.shutdown(SHUT_RD); return s
CDLL = ctypes.CDLL(None)
def apart(c, d): CDLL.connect(c.fileno(), bytes(16), 16)
CDLL = ctypes.CDLL(None)
def both_ways(c, d): c.shutdown(SHUT_WR); d.shutdown(SHUT_WR)
def sent_then(c, d, f): d.send(b"data"); f(d)
STATES = {
    "fresh": tcp, "bound": bound, "listening": listener, "listening, one waits": waiting, "connecting": connecting, "refused": refused,
    "connected": ended(lambda c, d: None), "data": ended(lambda c, d: d.send(b"data")),
    "shut WR": ended(lambda c, d: c.shutdown(SHUT_WR)), "shut RD": ended(lambda c, d: c.shutdown(SHUT_RD)), "shut RDWR": ended(lambda c, d: c.shutdown(SHUT_RDWR)),
    "peer shut WR": ended(lambda c, d: d.shutdown(SHUT_WR)), "peer shut WR after data": ended(lambda c, d: sent_then(c, d, lambda d: d.shutdown(SHUT_WR))),
    "closed in turn": ended(both_ways), "peer closed": ended(lambda c, d: d.close()), "reset": ended(lambda c, d: reset(d)), "reset after data": ended(lambda c, d: sent_then(c, d, reset)),
    "taken apart": ended(apart), "listener shut": unlistened}
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
    "write": lambda s, fd: os.write(fd, b"x"), "writev": lambda s, fd: os.writev(fd, [b"x", b"y"]), "send": lambda s, fd: s.send(b"x"), "sendmsg": lambda s, fd: s.sendmsg([b"x"]),
    "sendfile": lambda s, fd: os.sendfile(fd, FILE, 0, 9), "splice out": lambda s, fd: from_pipe(fd), "poll": lambda s, fd: polled(s), "select": lambda s, fd: selected(fd),
    "epoll": lambda s, fd: epolled(fd, 0), "epoll edge": lambda s, fd: epolled(fd, select.EPOLLET), "FIONREAD": lambda s, fd: inq(s), "SO_ERROR": lambda s, fd: s.getsockopt(SOL_SOCKET, SO_ERROR)}
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
