# Who sent a datagram is told truly whoever reads: one sender for a while, then others, several readers, short buffers; and
# requests and answers in turns.
. "$CHECK"
ok ip link set lo up
python3 - <<'P' || fail "python"
import os, random, signal, socket, threading, time


def bound(room=1 << 20):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
    s.bind(("127.0.0.1", 0))
    return s


def port(s):
    return s.getsockname()[1]


def named(s):
    """What such a sender says carries who it is."""
    return b"%d:" % port(s)


def true(data, source):
    assert source[0] == "127.0.0.1" and data.startswith(b"%d:" % source[1]), (data[:20], source)


sink, a, b, c = bound(), bound(), bound(), bound()
to = sink.getsockname()
rng = random.Random(1)

# One for a while, read at once; then another, with nothing there and with something there.
for round in range(30):
    for i in range(rng.choice([1, 7, 12, 40, 90])):
        a.sendto(named(a) + b"x" * (i * 7), to)
        true(*sink.recvfrom(2000))
    b.sendto(named(b), to)
    true(*sink.recvfrom(2000))
    order = rng.choices([a, b, c], [20, 1, 1], k=rng.choice([3, 30, 60]))
    for s in order:
        s.sendto(named(s), to)
    for s in order:
        data, source = sink.recvfrom(2000)
        true(data, source)
        assert source[1] == port(s)

# Reads of other kinds among them, and too little room.
for i in range(600):
    s = b if i % 37 == 0 else a
    s.sendto(named(s) + b"long" * 500, to)
    if i % 5 == 0:
        true(*sink.recvfrom(2000, socket.MSG_PEEK))
    if i % 7 == 0:
        assert sink.recv(3000).startswith(named(s))
    elif i % 11 == 0:
        data, _, _, source = sink.recvmsg(3000)
        true(data, source)
    elif i % 3 == 0:
        true(*sink.recvfrom(8))
    else:
        data, source = sink.recvfrom(3000)
        true(data, source)
        assert len(data) == len(named(s)) + 2000

# Several threads read one socket, and several send to it.
N = 3000
got, errors = [], []


def read():
    try:
        while True:
            data, source = sink.recvfrom(100)
            if data == b"end":
                return
            true(data, source)
            got.append(data)
    except BaseException as e:
        errors.append(e)


def send(s, n):
    for i in range(n):
        s.sendto(named(s) + b"%d" % i, to)
        if i % 20 == 0:
            time.sleep(0.001)


readers = [threading.Thread(target=read) for _ in range(3)]
senders = [threading.Thread(target=send, args=x) for x in [(a, N), (b, N // 30), (c, N // 10)]]
for t in readers + senders:
    t.start()
for t in senders:
    t.join()
for t in readers:
    c.sendto(b"end", to)
for t in readers:
    t.join()
assert not errors, errors
assert len(got) == len(set(got)) == N + N // 30 + N // 10, len(got)

# Two processes read it.
readers = []
for _ in range(2):
    pid = os.fork()
    if pid == 0:
        try:
            while (reply := sink.recvfrom(100))[0] != b"end":
                true(*reply)
            os._exit(0)
        except BaseException as e:
            print("reader:", repr(e), flush=True)
            os._exit(1)
    readers.append(pid)
for i in range(N):
    s = b if i % 50 == 0 else a
    s.sendto(named(s), to)
    if i % 20 == 0:
        time.sleep(0.001)
for _ in readers:
    c.sendto(b"end", to)
for pid in readers:
    assert os.waitpid(pid, 0)[1] == 0


# Turns: an echo server, which is silent once and dies in the end.
def serve(s):
    while True:
        data, source = s.recvfrom(70000)
        if data == b"die":
            os.kill(os.getpid(), signal.SIGKILL)
        if data != b"silence":
            s.sendto(data, source)


server = bound()
pid = os.fork()
if pid == 0:
    serve(server)
there = server.getsockname()
for i in range(4000):
    data = b"%d" % i * (1 if i % 100 else 10000)
    a.sendto(data, there)
    assert a.recvfrom(70000) == (data, there), i
begin = time.monotonic()
a.sendto(b"silence", there)
assert time.monotonic() - begin < 0.25
a.setblocking(False)
for i in range(200):
    a.sendto(b"%d" % i, there)
    while True:
        try:
            assert a.recvfrom(100) == (b"%d" % i, there)
            break
        except BlockingIOError:
            time.sleep(0.0001)
a.setblocking(True)
for i in range(500):
    a.sendto(b"%d" % i, there)
    assert a.recvfrom(100) == (b"%d" % i, there)
a.sendto(b"die", there)
os.waitpid(pid, 0)
server.close()
begin = time.monotonic()
a.sendto(b"nobody", there)
assert time.monotonic() - begin < 0.25
P
pass
