# Several processes accept from one listener; each connection goes to one.
. "${0%/*}/../lib.sh"
ip link set lo up
py <<'P'
from sockets import *
s = listener(backlog=64); r, w = os.pipe(); pids = []
for i in range(4):
    pid = os.fork()
    if not pid:
        while True:
            d, _ = s.accept(); os.write(w, b"%d" % i); d.sendall(b"from %d" % i); data = d.recv(10)
            d.close()
            if data == b"stop": os._exit(0)
    pids.append(pid)
for n in range(20):
    c = tcp(); c.connect(s.getsockname()); got = c.recv(20); assert got.startswith(b"from "), got; c.send(b"go"); assert c.recv(1) == b"", "end"; c.close()
for _ in pids: c = tcp(); c.connect(s.getsockname()); c.recv(20); c.send(b"stop"); c.recv(1)
for p in pids: os.waitpid(p, 0)
said = os.read(r, 1000); say("accepted", len(said), "each process served", all(b"%d" % i in said for i in range(4)))
P
