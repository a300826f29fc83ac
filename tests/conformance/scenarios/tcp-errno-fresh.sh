# What each call answers on a TCP socket that was just made.
. "${0%/*}/../lib.sh"
ip link set lo up
py <<'P'
from sockets import *
def patient(): s = tcp(); s.setsockopt(SOL_SOCKET, SO_RCVTIMEO, struct.pack("ll", 0, 300000)); return s
for what, f in (("getsockname", lambda s: s.getsockname()), ("getpeername", lambda s: s.getpeername()), ("accept", lambda s: s.accept()),
                ("recv", lambda s: s.recv(1)), ("recv 0", lambda s: s.recv(0)), ("read", lambda s: os.read(s.fileno(), 1)),
                ("send to", lambda s: s.sendto(b"x", (HERE, 7000))), ("shutdown RD", lambda s: s.shutdown(SHUT_RD)),
                ("shutdown WR", lambda s: s.shutdown(SHUT_WR)), ("shutdown RDWR", lambda s: s.shutdown(SHUT_RDWR)), ("shutdown 3", lambda s: s.shutdown(3)),
                ("recv OOB", lambda s: s.recv(1, MSG_OOB)), ("recv PEEK", lambda s: s.recv(1, MSG_PEEK)), ("SO_ERROR", lambda s: s.getsockopt(SOL_SOCKET, SO_ERROR)),
                ("SIOCINQ", inq), ("SIOCOUTQ", lambda s: inq(s, SIOCOUTQ)), ("SIOCATMARK", lambda s: inq(s, SIOCATMARK)), ("listen", lambda s: s.listen()),
                ("seek", lambda s: os.lseek(s.fileno(), 0, 0)), ("pread", lambda s: os.pread(s.fileno(), 1, 0))):
    attempt(what, f, patient())
import signal as g
g.signal(g.SIGPIPE, g.SIG_IGN)
for what, f in (("send", lambda s: s.send(b"x")), ("send nothing", lambda s: s.send(b"")), ("write", lambda s: os.write(s.fileno(), b"x")), ("sendmsg", lambda s: s.sendmsg([b"x"]))):
    attempt(what, f, tcp())
s = tcp(); s.listen(); attempt("listen chose a port", s.getsockname)
P
