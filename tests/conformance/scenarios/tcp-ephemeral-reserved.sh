# ip_local_reserved_ports: never chosen, but can be asked for.
. "${0%/*}/../lib.sh"
ip link set lo up
py <<'P'
from sockets import *
def write(f, t): open("/proc/sys/net/ipv4/" + f, "w").write(t)
def read(f): return open("/proc/sys/net/ipv4/" + f).read().rstrip("\n")
write("ip_local_port_range", "5000 5003"); l = listener(port=7000)
attempt("reserve", write, "ip_local_reserved_ports", "5000,5002-5003"); attempt("reserved", read, "ip_local_reserved_ports")
x = tcp(); x.connect((HERE, 7000)); say("one left", x.getsockname()[1]); y = tcp(); attempt("reserved ones can be asked for", y.bind, (HERE, 5000))
z = tcp(); attempt("none left", z.bind, (HERE, 0))
write("ip_local_reserved_ports", "\n"); attempt("none reserved", read, "ip_local_reserved_ports"); attempt("and now", lambda: z.bind((HERE, 0)))
P
