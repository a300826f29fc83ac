# Requests and answers in turns, fast enough that a send may wait for its answer: nothing is lost or doubled, and a send
# whose answer does not come returns all the same.
. "$CHECK"
ok ip link set lo up
python3 - <<'P' || fail "python"
import os, signal, socket, threading, time

listener = socket.create_server(("127.0.0.1", 7000))
held = []


def pair(serve):
    """A connection whose other end a process serves."""
    a = socket.create_connection(("127.0.0.1", 7000))
    b = listener.accept()[0]
    for s in a, b:
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    pid = os.fork()
    if pid == 0:
        for other in [*held, a]:
            if other.fileno() >= 0:
                os.close(other.fileno())
        try:
            serve(b)
            os._exit(0)
        except BaseException as e:
            print("child:", repr(e), flush=True)
            os._exit(1)
    b.close()
    held.append(a)
    return a, pid


def good(pid):
    assert os.waitpid(pid, 0)[1] == 0


def echo(b):
    while data := b.recv(1 << 16):
        b.sendall(data)


def take_turns(s, n, size=1):
    for i in range(n):
        data = b"%08d" % i * size
        s.sendall(data)
        got = b""
        while len(got) < len(data):
            got += s.recv(1 << 16)
        assert got == data, (i, got[:20])


# Many turns, small and large.
s, pid = pair(echo)
take_turns(s, 3000)
take_turns(s, 200, 1000)
take_turns(s, 100, 4000)
take_turns(s, 500)
s.close()
good(pid)


# A server that stops answering, says more than it was asked, and speaks unasked.
def moody(b):
    for _ in range(500):
        b.sendall(b.recv(100))
    assert b.recv(100) == b"silence"
    time.sleep(0.3)
    b.sendall(b"late")
    assert b.recv(100) == b"much"
    for _ in range(50):
        b.sendall(b"x" * 100)
    assert b.recv(100) == b"end"


s, pid = pair(moody)
take_turns(s, 500)
begin = time.monotonic()
s.send(b"silence")
sent = time.monotonic() - begin
assert s.recv(100) == b"late"
assert sent < 0.25 and time.monotonic() - begin > 0.29, sent
s.send(b"much")
got = 0
while got < 5000:
    got += len(s.recv(10000))
assert got == 5000
s.send(b"end")
good(pid)
assert s.recv(10) == b""
s.close()


# A server that dies: the next turns tell it.
def mortal(b):
    for _ in range(500):
        b.sendall(b.recv(100))
    b.recv(100)
    os.kill(os.getpid(), signal.SIGKILL)


s, pid = pair(mortal)
take_turns(s, 500)
s.send(b"last")
try:
    assert s.recv(10) == b""
except ConnectionResetError:
    pass
os.waitpid(pid, 0)
s.close()


# A client that is killed among its turns.
def client(b):
    b.settimeout(None)
    take_turns(b, 1 << 30)


s, pid = pair(client)
end = time.monotonic() + 0.3
while time.monotonic() < end:
    s.sendall(s.recv(100))
os.kill(pid, signal.SIGKILL)
begin = time.monotonic()
os.waitpid(pid, 0)
assert time.monotonic() - begin < 2
try:
    while data := s.recv(100):
        s.sendall(data)
except (ConnectionResetError, BrokenPipeError):
    pass
s.close()

# Signals all the while.
hits = 0


def hit(*_):
    global hits
    hits += 1


signal.signal(signal.SIGALRM, hit)
s, pid = pair(echo)
signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
take_turns(s, 3000)
signal.setitimer(signal.ITIMER_REAL, 0)
assert hits > 0
s.close()
good(pid)

# Several at once, and two threads on one socket: one asks, the other hears.
clients = [pair(echo) for _ in range(8)]
threads = [threading.Thread(target=take_turns, args=(c[0], 400)) for c in clients]
for t in threads:
    t.start()
for t in threads:
    t.join()
for c, pid in clients:
    c.close()
    good(pid)
s, pid = pair(echo)
take_turns(s, 200)
heard = []


def hear():
    while sum(map(len, heard)) < 4000:
        heard.append(s.recv(100))


t = threading.Thread(target=hear)
t.start()
for i in range(1000):
    s.sendall(b"%04d" % i)
t.join()
assert b"".join(heard) == b"".join(b"%04d" % i for i in range(1000))
s.close()
good(pid)
P
pass
