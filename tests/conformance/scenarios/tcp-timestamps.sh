# Time stamps of what a stream receives: SO_TIMESTAMP, SO_TIMESTAMPNS, SO_TIMESTAMPING.
. "${0%/*}/../lib.sh"
joined_pair
py a <<'P'
from stamps import *
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
