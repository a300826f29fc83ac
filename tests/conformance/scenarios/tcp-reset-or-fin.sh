# How read, write, poll and epoll see an end, and how a reset.
. "${0%/*}/../lib.sh"
ip link set lo up
py <<'P'
from sockets import *
def with_reset(d): d.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0)); d.close()
def with_fin(d): d.close()
for how in (with_fin, with_reset):
    say(how.__name__)
    c, d = joined(); e = select.epoll(); e.register(c, select.EPOLLIN | select.EPOLLOUT | select.EPOLLRDHUP | select.EPOLLET); e.poll(0)
    how(d); pause()
    say("poll", polled(c), "| epoll", [events(m) for _, m in e.poll(0)]); attempt("FIONREAD", inq, c)
    attempt("read", os.read, c.fileno(), 1); attempt("read", os.read, c.fileno(), 1)
    c, d = joined(); how(d); pause(); attempt("write", os.write, c.fileno(), b"x"); pause(); say(state(c), polled(c)); attempt("write", os.write, c.fileno(), b"x"); attempt("read", os.read, c.fileno(), 1)
    c, d = joined(); d.send(b"data"); pause(); how(d); pause(); attempt("data before the end", c.recv, 10); attempt("then", c.recv, 10)
    c, d = joined(); d.send(b"data"); pause(); how(d); pause(); attempt("write with data unread", c.send, b"x"); pause(); attempt("read", c.recv, 10); attempt("then", c.recv, 10)
P
