# Sockets passed by SCM_RIGHTS: to another process, in another namespace, a listener.
. "${0%/*}/../lib.sh"
joined_pair
py a <<'P'
from sockets import *
import array
left, right = socketpair(AF_UNIX, SOCK_STREAM); s = listener("192.0.2.1", 7000); pid = os.fork()
if not pid:
    with inside("b"):
        _, fds, _, _ = recv_fds(right, 10, 2); d = socket(fileno=fds[0]); l = socket(fileno=fds[1])
        say("in b: peer", shown(d.getpeername()), "name", shown(d.getsockname())); d.send(b"from b"); e, a = l.accept(); say("accepted in b, of a's namespace", shown(e.getsockname())); e.send(b"by a passed listener"); os._exit(0)
with inside("b"): c = tcp()
c.connect(("192.0.2.1", 7000)); d, _ = s.accept(); send_fds(left, [b"x"], [d.fileno(), s.fileno()]); d.close(); s.close(); say(c.recv(100)); 
c2 = tcp(); c2.connect(("192.0.2.1", 7000)); say(c2.recv(100)); os.waitpid(pid, 0); say("ends", c.recv(1), c2.recv(1))
c, d = joined(); send_fds(left, [b"y"], [d.fileno()]); d.close(); c.send(b"kept alive by the message"); say(state(c)); _, fds, _, _ = recv_fds(right, 10, 1); d = socket(fileno=fds[0]); say(d.recv(100))
send_fds(left, [b"z"], [d.fileno()]); d.close(); left.close(); right.close(); pause(0.2); say("dropped with the message", polled(c), c.recv(1))
P
