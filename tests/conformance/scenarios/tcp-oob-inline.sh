# Urgent data in line; SIGURG to the owner of the socket.
. "${0%/*}/../lib.sh"
ip link set lo up
py <<'P'
from sockets import *
import fcntl, signal as g
c, d = joined(); d.setsockopt(SOL_SOCKET, SO_OOBINLINE, 1); say(d.getsockopt(SOL_SOCKET, SO_OOBINLINE))
c.send(b"abc"); c.send(b"X", MSG_OOB); c.send(b"def"); pause()
say(polled(d), inq(d), inq(d, SIOCATMARK)); attempt("MSG_OOB", d.recv, 1, MSG_OOB)
say(d.recv(100), inq(d, SIOCATMARK), polled(d)); say(d.recv(100), inq(d, SIOCATMARK), polled(d))
c, d = joined(); seen = []; g.signal(g.SIGURG, lambda *_: seen.append("SIGURG")); fcntl.fcntl(d, fcntl.F_SETOWN, os.getpid()); say("owner", fcntl.fcntl(d, fcntl.F_GETOWN) == os.getpid())
c.send(b"U", MSG_OOB); pause(); say(seen); attempt("urgent", d.recv, 1, MSG_OOB)
P
