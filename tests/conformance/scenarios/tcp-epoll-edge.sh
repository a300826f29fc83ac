# Edge-triggered epoll tells each change once.
. "${0%/*}/../lib.sh"
ip link set lo up
py <<'P'
from sockets import *
c, d = joined(); e = select.epoll(); e.register(d, select.EPOLLIN | select.EPOLLRDHUP | select.EPOLLET)
def look(what, wait=0.2): say(what, [events(m) for _, m in e.poll(wait)])
look("nothing yet")
c.send(b"one"); look("data", 2); look("not again")
c.send(b"two"); look("more data, unread", 2); look("not again")
d.recv(3); look("partly read: no edge")
d.recv(100); look("read empty: no edge")
c.send(b"x"); look("data", 2)
c.shutdown(SHUT_WR); look("peer shut", 2); look("not again")
e.modify(d, select.EPOLLIN | select.EPOLLRDHUP | select.EPOLLET); look("modify tells what holds", 2); look("not again")
s = listener(); e.register(s, select.EPOLLIN | select.EPOLLET)
x = tcp(); x.connect(s.getsockname()); look("one waits", 2); look("not again")
y = tcp(); y.connect(s.getsockname()); look("another", 2)
s.accept(); look("one accepted: no edge")
P
