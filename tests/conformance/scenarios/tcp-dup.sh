# dup shares all but close-on-exec; closing one copy does nothing to the connection.
. "${0%/*}/../lib.sh"
ip link set lo up
py <<'P'
from sockets import *
import fcntl
c, d = joined(); e = d.dup(); fd = os.dup2(d.fileno(), 50); d.setblocking(False); say("O_NONBLOCK shared", bool(fcntl.fcntl(e, fcntl.F_GETFL) & os.O_NONBLOCK)); e.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1); say("options shared", d.getsockopt(IPPROTO_TCP, TCP_NODELAY))
d.close(); pause(); say(state(c)); c.send(b"x"); pause(); say(os.read(50, 10)); say("same inode", os.fstat(50).st_ino == os.fstat(e.fileno()).st_ino, "another's", os.fstat(50).st_ino == os.fstat(c.fileno()).st_ino); e.close(); pause(); say(state(c)); os.close(50); pause(); say(state(c), c.recv(1))
import stat
s = tcp(); say("a socket", stat.S_ISSOCK(os.fstat(s.fileno()).st_mode), os.readlink(f"/proc/self/fd/{s.fileno()}") == f"socket:[{os.fstat(s.fileno()).st_ino}]"); attempt("open it", os.open, f"/proc/self/fd/{s.fileno()}", os.O_RDWR); attempt("ftruncate", os.ftruncate, s.fileno(), 0); attempt("fsync", os.fsync, s.fileno())
P
