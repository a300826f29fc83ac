# Connections are spread over the listeners of one port; one that closes takes its waiting ones with it.
. "${0%/*}/../lib.sh"
ip link set lo up
py <<'P'
from sockets import *
ls = [listener(port=7000, backlog=64, SO_REUSEPORT=1) for _ in range(4)]
attempt("another without", tcp().bind, (HERE, 7000))
cs = []
for _ in range(40): c = tcp(); c.connect((HERE, 7000)); cs.append(c)
pause(); got = [0] * 4
for i, l in enumerate(ls):
    l.setblocking(False)
    try:
        while True: l.accept(); got[i] += 1
    except BlockingIOError: pass
say("all came", sum(got), "to several", sum(g > 0 for g in got) >= 2)
ls[0].close(); ls[1].close(); ls[2].close()
c = tcp(); c.connect((HERE, 7000)); pause(); say("the one that is left", shown(ls[3].accept()[0]))
P
