# SIGPIPE comes to who writes to an ended connection, unless it asks not to.
. "${0%/*}/../lib.sh"
ip link set lo up
py <<'P'
from sockets import *
import signal as g
def ended():
    c, d = joined(); c.shutdown(SHUT_WR); return c
def dies(what, f, *a):
    pid = os.fork()
    if not pid:
        g.signal(g.SIGPIPE, g.SIG_DFL)
        try: f(*a)
        except OSError as e: os._exit(e.errno)
        os._exit(0)
    status = os.waitpid(pid, 0)[1]
    say(what, "->", "killed by SIGPIPE" if os.WIFSIGNALED(status) and os.WTERMSIG(status) == g.SIGPIPE else errno.errorcode.get(os.WEXITSTATUS(status), 0))
c = ended()
dies("write", os.write, c.fileno(), b"x"); dies("send", c.send, b"x"); dies("send MSG_NOSIGNAL", c.send, b"x", MSG_NOSIGNAL)
dies("sendmsg", c.sendmsg, [b"x"]); dies("sendmsg MSG_NOSIGNAL", c.sendmsg, [b"x"], [], MSG_NOSIGNAL); dies("writev", os.writev, c.fileno(), [b"x"])
with open("f", "wb") as f: f.write(b"data")
with open("f", "rb") as f: dies("sendfile", os.sendfile, c.fileno(), f.fileno(), 0, 4)
c, d = joined(); d.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0)); d.close(); pause()
dies("first write after a reset", os.write, c.fileno(), b"x"); dies("second", os.write, c.fileno(), b"x")
s = tcp(); dies("fresh", os.write, s.fileno(), b"x")
P
