# MSG_PEEK, MSG_WAITALL, MSG_DONTWAIT, MSG_TRUNC on a stream.
. "${0%/*}/../lib.sh"
ip link set lo up
py <<'P'
from sockets import *
import threading
def later(f, *a): threading.Timer(0.2, f, a).start()
c, d = joined(); c.send(b"abcdef"); pause()
say("peek", d.recv(3, MSG_PEEK), d.recv(100, MSG_PEEK), d.recv(2), d.recv(100, MSG_PEEK), d.recv(100))
attempt("empty, DONTWAIT", d.recv, 1, MSG_DONTWAIT); attempt("empty, peek, DONTWAIT", d.recv, 1, MSG_PEEK | MSG_DONTWAIT)
c.send(b"123"); later(c.send, b"456"); say("WAITALL", d.recv(6, MSG_WAITALL))
c.send(b"123"); later(c.send, b"456"); say("peek WAITALL", d.recv(6, MSG_WAITALL | MSG_PEEK), d.recv(6))
c.send(b"123"); pause(); say("WAITALL DONTWAIT", d.recv(6, MSG_WAITALL | MSG_DONTWAIT))
c.send(b"123"); later(c.shutdown, SHUT_WR); say("WAITALL, then the end", d.recv(6, MSG_WAITALL), d.recv(6, MSG_WAITALL))
c, d = joined(); c.send(b"x" * 1000); pause(); libc = ctypes.CDLL(None)
say("TRUNC discards", libc.recv(d.fileno(), None, 300, MSG_TRUNC), inq(d)); say("TRUNC peek", libc.recv(d.fileno(), None, 300, MSG_TRUNC | MSG_PEEK), inq(d)); say("TRUNC more than there is", libc.recv(d.fileno(), None, 5000, MSG_TRUNC), inq(d))
c.send(b"abc"); pause(); data, anc, flags, addr = d.recvmsg(2); say("recvmsg", data, anc, flags, addr); say(d.recvmsg(10, 0, MSG_PEEK)[0], d.recvmsg_into([bytearray(1), bytearray(5)])[0])
attempt("MSG_ERRQUEUE", d.recv, 1, 0x2000)
P
