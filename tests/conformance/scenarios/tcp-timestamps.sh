# Time stamps of what a stream receives: SO_TIMESTAMP, SO_TIMESTAMPNS, SO_TIMESTAMPING.
. "${0%/*}/../lib.sh"
joined_pair
py a <<'P'
from sockets import *
SO_TIMESTAMP, SO_TIMESTAMPNS, SO_TIMESTAMPING, SO_TIMESTAMP_NEW, SO_TIMESTAMPNS_NEW, SO_TIMESTAMPING_NEW, INQ = 29, 35, 37, 63, 64, 65, 36
TX_SW, RX_SW, SW, OPT_ID, TX_SCHED, TX_ACK, OPT_CMSG, OPT_TSONLY, OPT_STATS, OPT_PKTINFO, OPT_ID_TCP = 2, 8, 16, 128, 256, 512, 1024, 2048, 4096, 8192, 65536
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
first = socket(AF_INET, SOCK_DGRAM); first.setsockopt(SOL_SOCKET, SO_TIMESTAMP, 1); pause(0.2)
c, d = joined()
def once(what, n=100, flags=0):
    c.send(b"hello"); pause(0.05); say(what, got(d, n, flags=flags))
say("# receive")
for o in (SO_TIMESTAMP, SO_TIMESTAMPNS, SO_TIMESTAMP_NEW, SO_TIMESTAMPNS_NEW):
    d.setsockopt(SOL_SOCKET, o, 1); once(o)
    d.setsockopt(SOL_SOCKET, o, 0); once("off")
for o in (SO_TIMESTAMPING, SO_TIMESTAMPING_NEW):
    for v in (SW, RX_SW, SW | RX_SW, SW | RX_SW | OPT_CMSG, 1 << 6 | 4, SW | RX_SW | OPT_PKTINFO):
        attempt(f"{o} {v}", d.setsockopt, SOL_SOCKET, o, v); once("got"); say(d.getsockopt(SOL_SOCKET, SO_TIMESTAMPING, 8).hex())
d.setsockopt(SOL_SOCKET, SO_TIMESTAMPNS, 1); d.setsockopt(SOL_SOCKET, SO_TIMESTAMPING, SW | RX_SW); once("both"); d.setsockopt(IPPROTO_TCP, INQ, 1); once("and inq"); once("part", 2); say(got(d, 2, flags=MSG_PEEK), got(d), got(d, flags=MSG_DONTWAIT))
c.send(b"first"); pause(); c.send(b"second"); pause(); say("two", got(d, 3), got(d, 3), got(d))
d.setsockopt(IPPROTO_TCP, INQ, 0)
c.shutdown(SHUT_WR); pause(); say("the end", got(d), got(d, 0))
RX_FILTER = 1 << 17
for v in (SW | RX_FILTER, SW | RX_SW | RX_FILTER): d.setsockopt(SOL_SOCKET, SO_TIMESTAMPNS, 0); attempt("filter", d.setsockopt, SOL_SOCKET, SO_TIMESTAMPING, v); c.setsockopt(SOL_SOCKET, SO_TIMESTAMPING, v); d.send(b"x"); pause(0.05); say(got(c))
P
