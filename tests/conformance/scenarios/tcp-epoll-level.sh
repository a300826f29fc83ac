# Level-triggered epoll repeats what holds.
. "${0%/*}/../lib.sh"
ip link set lo up
py <<'P'
from sockets import *
c, d = joined(); e = select.epoll(); e.register(d, select.EPOLLIN | select.EPOLLRDHUP)
def look(what, wait=0): say(what, [events(m) for _, m in e.poll(wait)])
look("nothing yet")
c.send(b"ab"); look("data", 2); look("still there"); d.recv(1); look("half of it read"); d.recv(1); look("all read")
e.modify(d, select.EPOLLIN | select.EPOLLOUT | select.EPOLLRDHUP); look("writable too"); look("and again")
c.shutdown(SHUT_WR); pause(); look("peer shut"); look("and again")
c.close(); d.close(); look("closed: gone from the set")
s = listener(); e.register(s, select.EPOLLIN); look("listener")
x = tcp(); x.connect(s.getsockname()); look("one waits", 2); look("and still"); s.accept(); look("accepted")
attempt("registered twice", e.register, s, select.EPOLLIN)
attempt("unknown", e.modify, x, select.EPOLLIN)
P
