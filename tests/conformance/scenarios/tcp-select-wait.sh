# poll, select and epoll that wait are woken by data, by a new connection and by the end.
. "${0%/*}/../lib.sh"
ip link set lo up
py <<'P'
from sockets import *
import threading
def later(f, *a): threading.Timer(0.2, f, a).start()
c, d = joined()
later(c.send, b"x"); say("poll", polled(d, select.POLLIN, 5000)); d.recv(1)
later(c.send, b"x"); say("select", len(select.select([d], [], [], 5)[0])); d.recv(1)
e = select.epoll(); e.register(d, select.EPOLLIN); later(c.send, b"x"); say("epoll", [events(m) for _, m in e.poll(5)]); d.recv(1)
later(c.send, b"x"); say("read", os.read(d.fileno(), 10))
later(c.send, b"x"); say("recv", d.recv(10))
s = listener(); x = tcp()
later(x.connect, s.getsockname()); say("listener", polled(s, select.POLLIN, 5000)); s.accept()
x = tcp(); later(x.connect, s.getsockname()); say("accept", shown(s.accept()[0]))
later(c.close); say("end", repr(d.recv(10)))
say("timeout", polled(s, select.POLLIN, 100))
P
