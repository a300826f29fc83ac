# /proc/net/udp and /proc/net/snmp after a known exchange; another namespace's sockets are not shown.
. "${0%/*}/../lib.sh"
ns a b
ip -n a link set lo up
cat > hold.py <<'P'
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("127.0.0.1", 7000))
c = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); c.bind(("127.0.0.1", 7001)); c.connect(("127.0.0.1", 7000))
for _ in range(3): c.send(b"x")
s.recv(10)
print("sockets")
for line in sorted(l.split()[1:5] for l in open("/proc/net/udp").readlines()[1:]): print(*line[:3], "waiting" if int(line[3][9:], 16) else "empty")
d = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); d.connect(("127.0.0.1", 9)); d.send(b"x")
print("counters")
head, *rest = [l.split() for l in open("/proc/net/snmp") if l.startswith("Udp:")]
row = dict(zip(head[1:], rest[0][1:]))
for k in ("InDatagrams", "NoPorts", "InErrors", "OutDatagrams", "RcvbufErrors", "SndbufErrors"): print(k, row[k])
P
t ip netns exec a python3 -u hold.py
t ip netns exec b sh -c 'wc -l < /proc/net/udp'
