# Ports for who asks for none: the range, and when it is used up.
. "${0%/*}/../lib.sh"
ip link set lo up
py <<'P'
from sockets import *
def write(f, t): open("/proc/sys/net/ipv4/" + f, "w").write(t)
s = tcp(); s.bind((HERE, 0)); say("in the range", 32768 <= s.getsockname()[1] <= 60999); c, d = joined(); say(32768 <= c.getsockname()[1] <= 60999)
write("ip_local_port_range", "5000 5003"); say(open("/proc/sys/net/ipv4/ip_local_port_range").read().split())
got = []
for i in range(5):
    x = tcp()
    try: x.bind((HERE, 0)); got.append(x)
    except OSError as e: say("bind", i, name_of(e))
say(sorted(x.getsockname()[1] for x in got)); [x.close() for x in got]
l = listener(port=7000); cs = []
for i in range(5):
    x = tcp()
    try: x.connect((HERE, 7000)); cs.append(x)
    except OSError as e: say("connect", i, name_of(e))
say(sorted(x.getsockname()[1] for x in cs)); m = listener(port=7001); x = tcp(); attempt("to another port they serve again", x.connect, (HERE, 7001)); cs.append(x)
for x in cs: x.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0)); x.close()
pause()
IP_BIND_ADDRESS_NO_PORT = 24
z = tcp(); z.setsockopt(SOL_IP, IP_BIND_ADDRESS_NO_PORT, 1); z.bind((HERE, 0)); say("no port yet", z.getsockname()); z.connect((HERE, 7001)); say("then one", 5000 <= z.getsockname()[1] <= 5003)
P
