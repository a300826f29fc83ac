"""Time stamps: their options, and what control messages say of them in a form that does not depend on the time."""
from sockets import *

INQ = 36
SO_TIMESTAMP, SO_TIMESTAMPNS, SO_TIMESTAMPING, SO_TIMESTAMP_NEW, SO_TIMESTAMPNS_NEW, SO_TIMESTAMPING_NEW = 29, 35, 37, 63, 64, 65
TX_SW, RX_SW, SW, OPT_ID, TX_SCHED, OPT_CMSG, OPT_TSONLY, OPT_STATS, OPT_PKTINFO, OPT_TX_SWHW, BIND_PHC, OPT_ID_TCP = 2, 8, 16, 128, 256, 1024, 2048, 4096, 8192, 16384, 32768, 65536
TX_ACK = 512


def near(sec): return abs(sec - time.time()) < 5


def shape(level, kind, data):
    if level == SOL_SOCKET and kind in (29, 63): return f"{kind} {len(data)} micro {near(struct.unpack('qq', data)[0])}"
    if level == SOL_SOCKET and kind in (35, 64): return f"{kind} {len(data)} nano {near(struct.unpack('qq', data)[0])}"
    if level == SOL_SOCKET and kind in (37, 65): return f"{kind} {len(data)} " + " ".join(str(near(x) if x else 0) for x in struct.unpack("6q", data)[::2])
    if level == 0 and kind == 11: return "err " + str(struct.unpack("IBBBBII", data[:16])) + " " + data[16:].hex()
    return f"{level} {kind} {data.hex()}"


def got(s, n=100, room=500, flags=0):
    try: m = s.recvmsg(n, room, flags)
    except OSError as e: return name_of(e)
    return (m[0], [shape(*c) for c in m[1]], m[2])


def joined():
    with inside("b"): l = listener("192.0.2.2")
    c = tcp(); c.connect(l.getsockname()); d = l.accept()[0]; return c, d
