# POLLRDNORM, POLLWRNORM and the bands.
. "${0%/*}/../lib.sh"
ip link set lo up
py <<'P'
from sockets import *
def all_(s):
    p = select.poll(); p.register(s, 0x3fff); got = p.poll(0)
    return " ".join(n for n, b in (("IN", 1), ("PRI", 2), ("OUT", 4), ("ERR", 8), ("HUP", 16), ("RDNORM", 64), ("RDBAND", 128), ("WRNORM", 256), ("WRBAND", 512), ("MSG", 1024), ("RDHUP", 8192)) if got and got[0][1] & b) or "nothing"
c, d = joined(); say("fresh", all_(tcp())); say("idle", all_(c)); d.send(b"x"); pause(); say("data", all_(c)); d.send(b"u", MSG_OOB); pause(); say("urgent", all_(c)); d.close(); pause(); say("ended", all_(c)); l = listener(); x = tcp(); x.connect(l.getsockname()); pause(); say("listener", all_(l))
P
