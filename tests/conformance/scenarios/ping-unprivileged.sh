# ICMP sockets of datagram type: ping_group_range decides.
. "${0%/*}/../lib.sh"
ns a
ip -n a link set lo up
cat > dgram.py <<'P'
import errno, os, socket
try:
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM, socket.IPPROTO_ICMP)
except OSError as e:
    print("socket:", errno.errorcode[e.errno])
    raise SystemExit(0)
s.settimeout(2)
s.bind(("127.0.0.1", 4242))
print("bound", s.getsockname())
s.sendto(bytes([8, 0, 0, 0, 0, 0, 0, 7]) + b"abc", ("127.0.0.1", 0))
data, peer = s.recvfrom(100)
print(data[0], data[1], int.from_bytes(data[4:6], "big"), data[6:], peer)
P
t ip netns exec a cat /proc/sys/net/ipv4/ping_group_range
t ip netns exec a python3 -u dgram.py
t ip netns exec a sh -c 'echo "0 0" > /proc/sys/net/ipv4/ping_group_range'
t ip netns exec a cat /proc/sys/net/ipv4/ping_group_range
t ip netns exec a python3 -u dgram.py
