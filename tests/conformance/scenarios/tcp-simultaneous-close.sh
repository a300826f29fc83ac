# Both ends close at once; and one that closes first with the other closing later.
. "${0%/*}/../lib.sh"
ip link set lo up
py <<'P'
from sockets import *
a, b = joined(); pid = os.fork()
c, d = joined(); c.shutdown(SHUT_WR) if pid else None
if not pid: os._exit(0)
os.waitpid(pid, 0); d.shutdown(SHUT_WR); pause(); say(state(c), state(d), c.recv(1), d.recv(1)); c.close(); d.close(); pause(); say([t.split()[-1] for t in table()].count("TIME_WAIT"))
a.close(); b.close(); pause(); say(sorted(t.split()[-1] for t in table()))
P
