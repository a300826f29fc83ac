"""Thousands of TCP connections at once, between unmodified programs in two namespaces: each carries its own data, others are served
meanwhile, what they cost is bounded, and when the clients are killed the servers see each end. MANY tells how many (5,000)."""
import os
import resource

PAIRS = 2  # of a server and a client, which share the connections
PROGRAM = r"""
import os, select, signal, socket, subprocess, sys, time
EACH, PAIRS = int(sys.argv[1]), int(sys.argv[2])
SERVER = '''
import os, select, socket, sys
port, each = int(sys.argv[1]), int(sys.argv[2])
l = socket.create_server(("10.0.0.2", port), backlog=4096)
l.setblocking(False)
p = select.epoll()
p.register(l, select.EPOLLIN)
held, ended = {}, 0
print("listening", flush=True)
while ended < each:
    for fd, _ in p.poll():
        if fd == l.fileno():
            try:
                while True:
                    s, _ = l.accept()
                    held[s.fileno()] = s
                    p.register(s, select.EPOLLIN)
                    if len(held) == each: print("accepted", flush=True)
            except BlockingIOError:
                continue
        try: got = held[fd].recv(64)
        except ConnectionResetError: got = b""
        if got:
            held[fd].send(got)
        else:
            held.pop(fd).close()
            ended += 1
print("ended", flush=True)
'''
CLIENT = '''
import socket, sys, time
port, each = int(sys.argv[1]), int(sys.argv[2])
held = [socket.create_connection(("10.0.0.2", port)) for _ in range(each)]
for round in range(2):
    for i, s in enumerate(held): s.send(b"%d of %d" % (i, round))
    for i, s in enumerate(held): assert s.recv(64) == b"%d of %d" % (i, round), (i, round)
print("heard", flush=True)
time.sleep(600)
'''
supervisor = os.getppid()
def resident():
    with open(f"/proc/{supervisor}/status") as f:
        return next(int(l.split()[1]) for l in f if l.startswith("VmRSS"))
def sh(text): subprocess.run(text, shell=True, check=True)
sh("ip netns add a; ip netns add b; ip link add v0 netns a type veth peer name v1 netns b; ip -n a addr add 10.0.0.1/24 dev v0; ip -n b addr add 10.0.0.2/24 dev v1; ip -n a link set v0 up; ip -n b link set v1 up")
def start(ns, text, port): return subprocess.Popen(["ip", "netns", "exec", ns, "python3", "-c", text, str(port), str(EACH)], stdout=subprocess.PIPE, text=True)
def expect(who, what):
    line = who.stdout.readline()
    assert line == what + "\n", f"{what} wanted, {line!r} heard"
echo = subprocess.Popen(["ip", "netns", "exec", "b", "python3", "-c", "import socket\ns=socket.create_server(('10.0.0.2', 7))\nprint('up', flush=True)\nwhile True:\n c, _ = s.accept(); c.send(c.recv(9)); c.close()"], stdout=subprocess.PIPE, text=True)
expect(echo, "up")
def others_are_served():
    begin = time.monotonic()
    out = subprocess.run(["ip", "netns", "exec", "a", "python3", "-c", "import socket\ns=socket.create_connection(('10.0.0.2', 7)); s.send(b'still'); assert s.recv(9) == b'still'"], timeout=20)
    assert out.returncode == 0
    return time.monotonic() - begin
before = resident()
servers = [start("b", SERVER, 5000 + i) for i in range(PAIRS)]
for s in servers: expect(s, "listening")
begin = time.monotonic()
clients = [start("a", CLIENT, 5000 + i) for i in range(PAIRS)]
probes = [others_are_served()]
for s in servers: expect(s, "accepted")
joined = time.monotonic() - begin
for c in clients: expect(c, "heard")
heard = time.monotonic() - begin
held = resident()
probes.append(others_are_served())
for c in clients:  # ip netns exec has become it
    c.send_signal(signal.SIGKILL)
begin = time.monotonic()
for s in servers: expect(s, "ended")
ended = time.monotonic() - begin
probes.append(others_are_served())
cost = (held - before) * 1024 / (EACH * PAIRS)
print(f"{EACH * PAIRS} connections: joined in {joined:.1f} s, heard after {heard:.1f} s, ended in {ended:.1f} s; {cost:.0f} bytes each; another one's turn {' '.join('%.2f' % p for p in probes)} s")
assert cost < 20000, "more memory than connections may cost"
echo.kill()
"""


def run(world):
    if world.kernel:
        return "PASS"  # it is about our supervisor
    if world.has_sanitizers():
        return "PASS"  # it is about memory too
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    ends = 4 if os.environ.get("HARDENED") or "HARDENED" in world.options["env"] else 2  # there both ends of each pair are held
    many = min(int(os.environ.get("MANY", "5000")), (most - 500) // ends)
    got, out = world.run(["python3", "-c", PROGRAM, str(many // PAIRS), str(PAIRS)], timeout=world.timeout)
    if "MANY" in os.environ:
        print(out)
    assert got == 0, out
    return "PASS"
