"""--egress: programs in a namespace, and behind it, reach servers on the host's loopback address by 10.0.2.2."""
import socket
import subprocess
import threading

CLIENT = """
import errno, socket, sys
port, closed, udp = map(int, sys.argv[1:])
HOST = "10.0.2.2"
many = [socket.create_connection((HOST, port), timeout=10) for _ in range(200)]
for i, c in enumerate(many):
    c.sendall(b"hello %d" % i)
for i, c in enumerate(many):
    assert c.recv(100) == b"HELLO %d" % i
big, got = b"x" * 300_000, b""
many[0].sendall(big)
many[0].shutdown(socket.SHUT_WR)
while data := many[0].recv(65536):
    got += data
assert got == big.upper()
for to in (HOST, closed), ("10.0.2.3", 54), ("10.0.2.3", closed):
    error = socket.socket().connect_ex(to)
    assert error == errno.ECONNREFUSED, (to, error)
many[1].sendall(b"reset")
try:
    assert many[1].recv(1) is None, "a reset was to come"
except ConnectionResetError:
    pass
u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
u.settimeout(10)
for size in 0, 1, 1472, 1473, 65507:
    u.sendto(b"d" * size, (HOST, udp))
    data, sender = u.recvfrom(65536)
    assert data == b"D" * size and sender == (HOST, udp), (size, len(data), sender)
u.connect((HOST, closed))
u.send(b"x")
try:
    assert u.recv(1) is None, "a refusal was to come"
except ConnectionRefusedError:
    pass
print("done")
"""
SCRIPT = """
set -e
ip netns exec out ping -c 1 -W 5 10.0.2.2 > /dev/null
ip netns exec out python3 -c '%s' "$@"
ip netns add h
ip link add r0 netns out type veth peer name e0 netns h
ip -n out address add 192.168.7.1/24 dev r0; ip -n out link set r0 up
ip -n h address add 192.168.7.2/24 dev e0; ip -n h link set e0 up
ip -n h route add default via 192.168.7.1
ip netns exec out sysctl -q -w net.ipv4.ip_forward=1
ip netns exec h python3 -c '%s' "$@"
if ping -c 1 -W 1 10.0.2.2 2>&1; then echo "the first namespace has a way out as well"; fi
ip netns delete out
""" % (CLIENT, CLIENT)


def serve(c):
    while data := c.recv(65536):
        if data == b"reset":
            c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            break
        c.sendall(data.upper())
    c.close()


def accept_all(listener):
    while True:
        threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()


def answer_all(u):
    while True:
        data, sender = u.recvfrom(65536)
        u.sendto(data.upper(), sender)


def run(world):
    if world.kernel:
        return "PASS"  # an option of ours
    listener = socket.create_server(("127.0.0.1", 0), backlog=256)
    u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    u.bind(("127.0.0.1", 0))
    closed = socket.create_server(("127.0.0.1", 0))
    closed_port = closed.getsockname()[1]
    closed.close()
    threading.Thread(target=accept_all, args=(listener,), daemon=True).start()
    threading.Thread(target=answer_all, args=(u,), daemon=True).start()
    ports = [str(p) for p in (listener.getsockname()[1], closed_port, u.getsockname()[1])]
    prefix = world.prefix[:-1]
    world.prefix = prefix + ["--egress", "out", "--"]
    status, out = world.run(["sh", "-c", SCRIPT, "sh"] + ports, timeout=60)
    assert status == 0 and out.count("done") == 2 and "as well" not in out, (status, out)
    # What can't be set up is said, and nothing is run.
    world.prefix = prefix + ["--egress", 300 * "x", "--"]
    status, out = world.run(["echo", "ran"])
    assert status == 125 and "can't open a way out of the namespace 'xxx" in out and "ran" not in out, (status, out)
    return "PASS"
