# /proc/net/tcp: addresses, states, queues, users.
. "${0%/*}/../lib.sh"
ip link set lo up
py <<'P'
from sockets import *
s = listener(port=7000, backlog=3); c = tcp(); c.connect((HERE, 7000)); say("waiting ones are there", table()); d, _ = s.accept(); c.send(b"12345"); pause()
for f in sorted(l.split()[3:] for l in open("/proc/net/tcp").read().splitlines()[1:]): say(f[0], f[1], "uid", f[4], "inode set", f[6] != "0")
say(open("/proc/net/tcp").readline().split()); say("widths", {len(l) for l in open("/proc/net/tcp").read().splitlines()}); c.shutdown(SHUT_WR); pause(); say(table()); d.close(); pause(); say(table()); s.close(); pause()
import re
x = tcp(); x.bind((HERE, 7001)); say("bound only: not shown", not any("7001" in t for t in table()))
P
