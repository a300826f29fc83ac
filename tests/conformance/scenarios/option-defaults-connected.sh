# What every option reads as on a connection through a veth, at both ends.
. "${0%/*}/../lib.sh"
joined_pair
py a <<'P'
from sockets import *
SOLS = [(n, globals()[n]) for n in "SO_DEBUG SO_REUSEADDR SO_TYPE SO_ERROR SO_DONTROUTE SO_BROADCAST SO_SNDBUF SO_RCVBUF SO_KEEPALIVE SO_OOBINLINE SO_PRIORITY SO_LINGER SO_REUSEPORT SO_RCVLOWAT SO_SNDLOWAT SO_ACCEPTCONN SO_PROTOCOL SO_DOMAIN SO_MARK".split() if n in globals()] + [("SO_NO_CHECK", 11), ("SO_TIMESTAMP", 29), ("SO_BUSY_POLL", 46), ("SO_MAX_PACING_RATE", 47), ("SO_ZEROCOPY", 60), ("SO_RXQ_OVFL", 40)]
TCPS = [("TCP_NODELAY", 1), ("TCP_MAXSEG", 2), ("TCP_CORK", 3), ("TCP_KEEPIDLE", 4), ("TCP_KEEPINTVL", 5), ("TCP_KEEPCNT", 6), ("TCP_SYNCNT", 7), ("TCP_LINGER2", 8), ("TCP_DEFER_ACCEPT", 9), ("TCP_WINDOW_CLAMP", 10), ("TCP_QUICKACK", 12), ("TCP_CONGESTION", 13), ("TCP_THIN_LINEAR_TIMEOUTS", 16), ("TCP_THIN_DUPACK", 17), ("TCP_USER_TIMEOUT", 18), ("TCP_REPAIR", 19), ("TCP_FASTOPEN", 23), ("TCP_NOTSENT_LOWAT", 25), ("TCP_SAVE_SYN", 27), ("TCP_FASTOPEN_CONNECT", 30), ("TCP_FASTOPEN_NO_COOKIE", 34), ("TCP_INQ", 36), ("TCP_TX_DELAY", 37)]
IPS = [("IP_TOS", 1), ("IP_TTL", 2), ("IP_HDRINCL", 3), ("IP_OPTIONS", 4), ("IP_RECVOPTS", 6), ("IP_PKTINFO", 8), ("IP_MTU_DISCOVER", 10), ("IP_RECVERR", 11), ("IP_RECVTTL", 12), ("IP_RECVTOS", 13), ("IP_MTU", 14), ("IP_FREEBIND", 15), ("IP_TRANSPARENT", 19), ("IP_MINTTL", 21), ("IP_BIND_ADDRESS_NO_PORT", 24), ("IP_MULTICAST_IF", 32), ("IP_MULTICAST_TTL", 33), ("IP_MULTICAST_LOOP", 34), ("IP_UNICAST_IF", 50)]
def show(s, level, what):
    for name, number in what:
        try: value = option(s, level, number)
        except OSError as e: value = name_of(e)
        say(name, value.rstrip(b"\0") if name == "TCP_CONGESTION" else value)
with inside("b"): s = listener("192.0.2.2", 7000)
c = tcp(); c.connect(("192.0.2.2", 7000)); d, _ = s.accept(); pause()
for one in (c, d):
    say("----")
    for level, what in ((SOL_SOCKET, [o for o in SOLS if o[0] not in ("SO_SNDBUF", "SO_RCVBUF")]), (IPPROTO_TCP, [o for o in TCPS if o[0] not in ("TCP_WINDOW_CLAMP", "TCP_QUICKACK")]), (IPPROTO_IP, IPS)): show(one, level, what)
P
