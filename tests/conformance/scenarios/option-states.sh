# Every option of SOL_SOCKET, IPPROTO_IP and IPPROTO_TCP by its number, read and set in every state; said where it is not as of a fresh socket.
. "${0%/*}/../lib.sh"
joined_pair
py a <<'P'
from sockets import *
# Not compared: what is drawn at random, measured (SO_SNDBUF, TCP_WINDOW_CLAMP), or told by other scenarios (SO_ERROR, SO_COOKIE, SO_MEMINFO, TCP_INFO, TCP_TIMESTAMP ...), and what
# a kernel without MD5 signatures, TCP-AO, IPsec, SO_TXTIME, device memory and Fast Open keys does not have.
SKIP = {SOL_SOCKET: {4, 7, 49, 55, 56, 57, 59, 60, 61, 67, 71, 80}, IPPROTO_IP: {16, 17, 41, 48}, IPPROTO_TCP: {10, 11, 13, 14, 24, 26, 28, 32, 33, 38, 39, 40, 41, 42}}
LEVELS = [("SOCKET", SOL_SOCKET, 84), ("IP", IPPROTO_IP, 64), ("TCP", IPPROTO_TCP, 46)]
with inside("b"): l = listener("192.0.2.2", 7000); silent = listener("192.0.2.2", 7001)
def fresh(): return tcp()
def bound(): s = tcp(); s.bind(("192.0.2.1", 5001)); return s
def listening(): return listener("192.0.2.1", 5002)
def client(blocking=True): s = tcp(blocking); s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1); s.bind(("192.0.2.1", 6000 + len(keep))); keep.append(s); return s
def connecting(): s = client(False); s.connect_ex(("192.0.2.77", 9)); return s
def both(): c = client(); c.connect(("192.0.2.2", 7000)); d = l.accept()[0]; keep.append((c, d)); return c, d
def connected(): return both()[0]
def accepted(): return both()[1]
def fin_wait2(): c, d = both(); c.shutdown(SHUT_WR); pause(); return c
def close_wait(): c, d = both(); d.shutdown(SHUT_WR); pause(); return c
def both_shut(): c, d = both(); c.shutdown(SHUT_WR); d.shutdown(SHUT_WR); pause(); return c
def reset():
    c, d = both(); d.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0)); d.close(); pause(); return c
def disconnected(): c, d = both(); _libc_connect(c); return c
def _libc_connect(c):
    import ctypes; name = struct.pack("=H14x", 0); ctypes.CDLL(None).connect(c.fileno(), name, 16)
keep = []
STATES_MADE = [fresh, bound, listening, connecting, connected, accepted, fin_wait2, close_wait, both_shut, reset, disconnected]
def read(s, level, n):
    try: raw = s.getsockopt(level, n, 256)
    except OSError as e: return name_of(e)
    return struct.unpack("i", raw)[0] if len(raw) == 4 else raw.rstrip(b"\0") or len(raw)
def write(s, level, n, value):
    try: s.setsockopt(level, n, value)
    except OSError as e: return name_of(e)
    return "ok"
first = {}
for make in STATES_MADE:
    s = make(); say("#", make.__name__, state(s))
    for title, level, most in LEVELS:
        out = []
        for n in range(most):
            if n in SKIP[level]: continue
            value = read(s, level, n)
            if make is fresh: first[level, n] = value
            if make is fresh and value != "ENOPROTOOPT" or first[level, n] != value: out.append(f"{n}={value}")
        say("get", title, *out)
    s.close()
first = {}
for make in STATES_MADE:
    s = make(); say("#", make.__name__, state(s))
    for title, level, most in LEVELS:
        for value in (1, -1):
            out = []
            for n in range(most):
                # Those that end what is tested, or wait: SO_LINGER, TCP_REPAIR, filters, SO_BINDTODEVICE, SO_INCOMING_CPU, timestamps' own scenarios.
                if n in SKIP[level] or (level, n) in {(SOL_SOCKET, 13), (SOL_SOCKET, 25), (SOL_SOCKET, 26), (SOL_SOCKET, 50), (SOL_SOCKET, 51), (SOL_SOCKET, 52), (IPPROTO_TCP, 19)}: continue
                did = write(s, level, n, value)
                if make is fresh: first[level, n, value] = did
                if make is fresh and did != "ENOPROTOOPT" or first[level, n, value] != did: out.append(f"{n}={did}")
            say("set", title, value, *out)
    s.close()
P
