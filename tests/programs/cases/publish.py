"""--publish: TCP connections to a port of the host's loopback address reach a server inside."""
import re
import socket
import subprocess
import time

SERVER = """
import socket, threading
s = socket.socket()
s.bind(("127.0.0.1", 80))
s.listen(64)
print("ready", flush=True)
def serve(c):
    while data := c.recv(65536):
        c.sendall(data.upper())
    c.close()
while True:
    threading.Thread(target=serve, args=(s.accept()[0],)).start()
"""
SCRIPT = "ip netns add web; ip -n web link set lo up; exec ip netns exec web python3 -c '%s'" % SERVER.replace("'", "")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def run(world):
    if world.kernel:
        return "PASS"  # an option of ours
    port, other = free_port(), free_port()
    base, world.prefix = world.prefix, world.prefix[:-1] + ["--publish", f"{port}:web:80", "--publish", f"{other}:web:81", "--"]
    p = world.start(["sh", "-c", SCRIPT], stdout=subprocess.PIPE)
    assert p.stdout.readline() == b"ready\n"
    clients = [socket.create_connection(("127.0.0.1", port), timeout=10) for _ in range(20)]
    for i, c in enumerate(clients):
        c.sendall(b"hello %d" % i)
    for i, c in enumerate(clients):
        assert c.recv(100) == b"HELLO %d" % i
    big, got = b"x" * 300_000, b""
    clients[0].sendall(big)
    clients[0].shutdown(socket.SHUT_WR)
    while data := clients[0].recv(65536):
        got += data
    assert got == big.upper()
    try:  # nobody listens there: the reset may come while connect still looks
        with socket.create_connection(("127.0.0.1", other), timeout=10) as c:
            assert c.recv(1) is None, "a reset was to come"
    except ConnectionResetError:
        pass
    # A port that is taken is said, and nothing is run.
    status, out = world.run(["true"])
    assert status == 125 and re.search(r"can't publish 127.0.0.1:\d+: Address already in use", out), (status, out)
    world.kill(p)
    return "PASS"
