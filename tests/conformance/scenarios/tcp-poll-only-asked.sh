# Of events not asked for, poll tells errors and hang-ups alone.
. "${0%/*}/../lib.sh"
ip link set lo up
py <<'P'
from sockets import *
c, d = joined()
for asked in (0, select.POLLIN, select.POLLOUT, select.POLLRDHUP, select.POLLPRI): say(asked, polled(c, asked))
d.close(); pause()
say("peer closed")
for asked in (0, select.POLLIN, select.POLLOUT, select.POLLRDHUP, select.POLLPRI): say(asked, polled(c, asked))
say("select", [len(x) for x in select.select([c], [c], [c], 0)])
c, d = joined(); d.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0)); d.close(); pause()
say("reset")
for asked in (0, select.POLLIN, select.POLLOUT, select.POLLRDHUP, select.POLLPRI): say(asked, polled(c, asked))
say("select", [len(x) for x in select.select([c], [c], [c], 0)])
P
