# EPOLLOUT by edge: at connect, and when a full buffer has room again.
. "${0%/*}/../lib.sh"
ip link set lo up
py <<'P'
from sockets import *
s = listener(); c = tcp(False); e = select.epoll()
e.register(c, select.EPOLLOUT | select.EPOLLET)
def look(what, wait=0.2): say(what, [events(m) for _, m in e.poll(wait)])
look("not connected")
c.connect_ex(s.getsockname()); look("connected", 2); look("not again")
d, _ = s.accept()
sent = 0
for _ in range(3):
    try:
        while True: sent += c.send(bytes(65536))
    except BlockingIOError: pause()
e.poll(0); look("full")
received(d, sent); look("room again", 2); look("not again")
d.close(); look("peer closed", 2)
P
