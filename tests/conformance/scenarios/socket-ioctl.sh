# ioctl and fcntl on TCP sockets.
. "${0%/*}/../lib.sh"
ip link set lo up
py <<'P'
from sockets import *
import fcntl, signal as g
c, d = joined(); l = listener()
for what, s in (("connected", c), ("listener", l), ("fresh", tcp())):
    for name, number in (("FIONREAD", 0x541B), ("TIOCOUTQ", 0x5411), ("SIOCATMARK", 0x8905), ("SIOCOUTQNSD", 0x894B), ("SIOCGPGRP", 0x8904), ("FIOGETOWN", 0x8903), ("TCGETS", 0x5401), ("FIOASYNC", 0x5452), ("unknown", 0x1234), ("SIOCGIFINDEX of nothing", 0x8933)): attempt(f"{what} {name}", lambda: struct.unpack_from("i", fcntl.ioctl(s.fileno(), number, bytes(40)))[0])
fcntl.ioctl(c.fileno(), FIONBIO, struct.pack("i", 1)); attempt("after FIONBIO", c.recv, 1); say(bool(fcntl.fcntl(c, fcntl.F_GETFL) & os.O_NONBLOCK)); fcntl.ioctl(c.fileno(), FIONBIO, struct.pack("i", 0)); say(bool(fcntl.fcntl(c, fcntl.F_GETFL) & os.O_NONBLOCK))
seen = []; g.signal(g.SIGIO, lambda *_: seen.append(1)); fcntl.fcntl(d, fcntl.F_SETOWN, os.getpid()); fcntl.fcntl(d, fcntl.F_SETFL, fcntl.fcntl(d, fcntl.F_GETFL) | os.O_ASYNC); c.send(b"x"); pause(); say("SIGIO came", bool(seen)); attempt("FIOCLEX", lambda: fcntl.ioctl(d.fileno(), 0x5451)); say(fcntl.fcntl(d, fcntl.F_GETFD))
attempt("own", fcntl.fcntl, d, fcntl.F_SETOWN, 0); attempt("pipe size", fcntl.fcntl, d, 1032); say(fcntl.ioctl(c.fileno(), 0x8933, b"lo".ljust(40, b"\0"))[16])
P
