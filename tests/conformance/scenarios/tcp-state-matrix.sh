# Each call and each way of waiting, on a TCP socket in each state.
. "${0%/*}/../lib.sh"
joined_pair
ip -n a neigh add 192.0.2.9 lladdr 02:00:00:00:00:99 dev v0 # nobody
py a <<'P'
from states import *
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
try_all(STATES, calls(b"x"))
P
