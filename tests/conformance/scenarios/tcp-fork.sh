# A forked process shares the connection; it ends when the last copy closes.
. "${0%/*}/../lib.sh"
ip link set lo up
py <<'P'
from sockets import *
c, d = joined(); pid = os.fork()
if not pid: d.send(b"from the child"); say("child reads", d.recv(100)); time.sleep(0.4); os._exit(0)
say(c.recv(100)); c.send(b"to the child"); pause(0.2); d.close(); pause(0.05); say("the child's copy is open", state(c)); os.waitpid(pid, 0); say("end", c.recv(10)); say(state(c))
s = listener(); pid = os.fork()
if not pid: x, _ = s.accept(); x.send(b"accepted by the child"); os._exit(0)
c = tcp(); c.connect(s.getsockname()); say(received(c, 100)); os.waitpid(pid, 0)
c, d = joined(); pid = os.fork()
if not pid: c.shutdown(SHUT_WR); os._exit(0)
os.waitpid(pid, 0); pause(); say("shutdown is for all", d.recv(1), state(c))
P
