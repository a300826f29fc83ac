# EPOLLONESHOT tells once until armed again; EPOLLEXCLUSIVE on a listener.
. "${0%/*}/../lib.sh"
ip link set lo up
py <<'P'
from sockets import *
c, d = joined(); e = select.epoll(); e.register(d, select.EPOLLIN | select.EPOLLONESHOT)
def look(what, wait=0): say(what, [events(m) for _, m in e.poll(wait)])
c.send(b"x"); look("data", 2); look("once only")
e.modify(d, select.EPOLLIN | select.EPOLLONESHOT); look("armed again")
d.recv(9); e.modify(d, select.EPOLLIN | select.EPOLLONESHOT); look("armed, empty")
c.close(); look("closed", 2)
s = listener(); f = select.epoll(); g = select.epoll()
f.register(s, select.EPOLLIN | select.EPOLLEXCLUSIVE); g.register(s, select.EPOLLIN | select.EPOLLEXCLUSIVE)
x = tcp(); x.connect(s.getsockname()); pause()
say("some woke", len(f.poll(0)) + len(g.poll(0)) >= 1)
o = select.epoll(); o.register(f, select.EPOLLIN); say("an epoll in an epoll", [events(m) for _, m in o.poll(1)])
P
