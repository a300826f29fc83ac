# What the metrics of a route do: hoplimit, window, initcwnd, initrwnd, rto_min, features ecn, advmss; quickack and realms are shown.
. "${0%/*}/../lib.sh"
joined_pair
ip netns exec a sh -c 'echo 0 > /proc/sys/net/ipv4/tcp_ecn'
ip netns exec b sh -c 'echo 2 > /proc/sys/net/ipv4/tcp_ecn'
cat >"$PWD/metrics.py" <<'P'
import os, socket, struct, subprocess, sys

server = subprocess.Popen(["ip", "netns", "exec", "b", "python3", "-u", "-c", """
import socket
s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); s.bind(("192.0.2.2", 7000)); s.listen(); print("ready")
c, _ = s.accept(); d = c.recv(10)
i = c.getsockopt(6, 11, 104)
import struct
print("server cwnd", struct.unpack_from("=I", i, 80)[0], "options", hex(i[5] & 8))
c.close()
"""], stdout=subprocess.PIPE, text=True)
server.stdout.readline()
tap = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(3))
tap.bind(("v0", 3))
c = socket.socket()
c.connect(("192.0.2.2", 7000))
info = c.getsockopt(6, 11, 104)
rto, = struct.unpack_from("=I", info, 8)
cwnd, = struct.unpack_from("=I", info, 80)
print("client cwnd", cwnd, "rto", rto // 1000 // 100 * 100, "ecn", info[5] & 8)
c.send(b"x")
print(server.stdout.read().strip())
tap.settimeout(0.1)
try:
    while True:
        p, a = tap.recvfrom(2000)
        if a[1] != 0x800 or p[9] != 6 or not p[33] & 2:
            continue
        options, mss, wscale = p[40:], 0, 0
        while options and options[0]:
            if options[0] == 1:
                options = options[1:]
                continue
            if options[0] == 2:
                mss, = struct.unpack_from(">H", options, 2)
            if options[0] == 3:
                wscale = options[2]
            options = options[options[1]:]
        print("out" if a[2] == 4 else "in", "ttl", p[8], "flags", hex(p[33]), "window", struct.unpack_from(">H", p, 34)[0], "mss", mss, "wscale" if not sys.argv[1:] else "wscale %d" % wscale)
except socket.timeout:
    pass
P
try() {
  t ip -n a route replace 192.0.2.2 dev v0 "$@"
  t ip -n a route show 192.0.2.2
  ip netns exec a python3 "$PWD/metrics.py"
}
try hoplimit 9
try initcwnd 3
try initcwnd 40
try initrwnd 2
try rto_min 400ms
try features ecn
try advmss 700
try quickack 1
try realms 3/4
t ip -n a route get 192.0.2.2
say "of the server's route"
t ip -n a route del 192.0.2.2
t ip -n b route replace 192.0.2.1 dev v1 hoplimit 7 initcwnd 5 initrwnd 3 features ecn
ip netns exec a sh -c 'echo 1 > /proc/sys/net/ipv4/tcp_ecn'
ip netns exec b sh -c 'echo 0 > /proc/sys/net/ipv4/tcp_ecn'
ip netns exec a python3 "$PWD/metrics.py"
say "datagrams and errors"
t ip -n b route replace 192.0.2.1 dev v1 hoplimit 7
ip netns exec a ping -n -c 1 192.0.2.2 | grep -o "ttl=[0-9]*"
ip netns exec b ping -n -c 1 192.0.2.1 | grep -o "ttl=[0-9]*"
t ip -n a route add prohibit 10.7.0.0/16 realms 5
t ip -n a route show 10.7.0.0/16
