# A thousand connections at once, each with its own data.
. "${0%/*}/../lib.sh"
ip link set lo up
py <<'P'
from sockets import *
import resource
resource.setrlimit(resource.RLIMIT_NOFILE, (4096,) * 2 if resource.getrlimit(resource.RLIMIT_NOFILE)[1] >= 4096 else resource.getrlimit(resource.RLIMIT_NOFILE)); s = listener(backlog=600); cs, ds = [], []
for i in range(500): c = tcp(); c.connect(s.getsockname()); cs.append(c)
for i in range(500): d, a = s.accept(); ds.append((d, a))
by_port = {c.getsockname()[1]: c for c in cs}; say(len(by_port)); 
for i, (d, a) in enumerate(ds): d.send(b"%d" % i)
say("each has its own", all(by_port[a[1]].recv(10) == b"%d" % i for i, (d, a) in enumerate(ds))); e = select.epoll(); [e.register(d, select.EPOLLIN) for d, _ in ds]; [c.close() for c in cs]; pause(0.5); say("ends", len(e.poll(1, 1000))); say(all(d.recv(1) == b"" for d, _ in ds))
P
