"""accept(2) of a server that has made so many that an accelerated one takes its connections natively: what programs see of it is the
same. Scenes: scenes.py."""
from scenes import run_scenes

PROGRAM = r"""
import array, ctypes, errno, fcntl, os, resource, select, signal, socket, struct, subprocess, sys, threading, time
subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
libc = ctypes.CDLL(None, use_errno=True)
RESET = struct.pack("ii", 1, 0)

def listening(backlog=128, warm=3):
    l = socket.create_server(("127.0.0.1", 0), backlog=backlog)
    for _ in range(warm):
        c = to(l)
        l.accept()[0].close()
        c.close()
    return l

def to(l, data=b""):
    c = socket.create_connection(l.getsockname(), timeout=10)
    if data: c.sendall(data)
    return c

def reset(c):
    c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    c.close()

def number(value):  # of a call by ctypes; or the name of its error
    return value if value >= 0 else errno.errorcode[ctypes.get_errno()]

def taken(l, flags=0, name=None, size=None):  # without the calls that Python adds
    return number(libc.accept4(l.fileno(), name, size, flags))

def raw(l, flags=0):  # as a program that is not accelerated
    nr = {"x86_64": 288, "aarch64": 242}[os.uname().machine]
    return number(libc.syscall(nr, l.fileno(), None, None, flags))

def heard(fd, n=64):
    try: return os.read(fd, n)
    except OSError as e: return errno.errorcode[e.errno]

def ready(fd, wait=5000, what=select.POLLIN):
    p = select.poll()
    p.register(fd, what)
    return [e for _, e in p.poll(wait)]

def until(good, what, wait=5):
    end = time.monotonic() + wait
    while not good():
        assert time.monotonic() < end, what
        time.sleep(0.01)

def none_there():
    l = listening()
    l.setblocking(False)
    same("EAGAIN", taken(l))
    for i in range(300):
        c = to(l)
        fd = taken(l)
        assert isinstance(fd, int), f"{fd} after {i}: connect() had returned"
        same("EAGAIN", taken(l))
        os.close(fd)
        c.close()

def order():
    l = listening()
    held = [to(l, b"%d" % i) for i in range(100)]
    for i in range(100):
        fd = taken(l) if i % 3 else raw(l)
        same(b"%d" % i, heard(fd))
        os.close(fd)
    for c in held: c.close()

def of_inet6():
    with socket.create_server(("", 0), family=socket.AF_INET6, dualstack_ipv6=True) as l:
        port = l.getsockname()[1]
        for i in range(40):
            room = (28, 16, 8, 0)[i % 4]
            c = socket.create_connection(("127.0.0.1", port), timeout=10)
            told = struct.pack("=HHI16sI", socket.AF_INET6, socket.htons(c.getsockname()[1]), 0, socket.inet_pton(socket.AF_INET6, "::ffff:127.0.0.1"), 0)
            name, size = ctypes.create_string_buffer(b"\xaa" * 32, 32), ctypes.c_int(room)
            fd = taken(l, 0, name, ctypes.byref(size))
            same((28, told[:room] + b"\xaa" * (32 - room)), (size.value, name.raw))
            with socket.socket(fileno=fd) as s:
                same(socket.AF_INET6, s.family)
                c.send(b"x")
                same((b"x", "::ffff:127.0.0.1"), (s.recv(9), s.getpeername()[0]))
            c.close()

def readiness():
    l = listening()
    l.setblocking(False)
    same([], ready(l, 0))
    edges, levels = select.epoll(), select.epoll()
    edges.register(l, select.EPOLLIN | select.EPOLLET)
    levels.register(l, select.EPOLLIN)
    same([], edges.poll(0.05) + levels.poll(0))
    held = []
    for _ in range(2):
        held.append(to(l))
        same([(l.fileno(), select.EPOLLIN)], edges.poll(5))
        same([], edges.poll(0.05))
        same([(l.fileno(), select.EPOLLIN)], levels.poll(5))
        same([select.POLLIN], ready(l))
        same([l], select.select([l], [], [], 5)[0])
    os.close(taken(l))
    same([], edges.poll(0.05))
    same([(l.fileno(), select.EPOLLIN)], levels.poll(0))
    os.close(taken(l))
    same([], edges.poll(0.05) + levels.poll(0))
    same([], ready(l, 0))
    same("EAGAIN", taken(l))
    same([], ready(l, 0, select.POLLOUT))

def waits():
    l = listening()
    answered = []
    def serve():
        for _ in range(40):
            s, _ = l.accept()
            answered.append(s.recv(64))
            s.send(b"yes")
            s.close()
    t = threading.Thread(target=serve)
    t.start()
    pid = os.fork()
    if pid == 0:
        try:
            for i in range(40):
                c = to(l, b"%d" % i)
                assert c.recv(64) == b"yes"
                if i % 8 == 0: time.sleep(0.02)
            os._exit(0)
        finally: os._exit(1)
    same(0, os.waitpid(pid, 0)[1])
    t.join()
    same([b"%d" % i for i in range(40)], answered)

def interrupted():
    l = listening()
    l.settimeout(None)
    class Woken(Exception): pass
    def woken(*_): raise Woken()
    signal.signal(signal.SIGALRM, woken)
    signal.setitimer(signal.ITIMER_REAL, 0.1)
    try: l.accept()
    except Woken: pass
    l.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", 0, 50000))
    same("EAGAIN", taken(l))
    c = to(l, b"after")
    same(b"after", heard(taken(l)))

def signals():  # to a process whose first thread blocks them: any other takes them
    l = listening()
    signal.signal(signal.SIGUSR1, lambda *_: None)
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
    told = []
    def serve():
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGUSR1])
        told.append(outcome(lambda: l.accept()[0].recv(64)))
    threads = [threading.Thread(target=serve) for _ in range(4)]
    for t in threads: t.start()
    for _ in range(12):
        time.sleep(0.02)
        os.kill(os.getpid(), signal.SIGUSR1)
    held = [to(l, b"served") for t in threads]
    for t in threads: t.join()
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGUSR1])
    same([b"served"] * 4, told)

def workers():
    for blocking in True, False:
        l = listening()
        l.setblocking(blocking)
        told, tell = os.pipe()
        pids = []
        for w in range(4):
            pid = os.fork()
            if pid == 0:
                try:
                    while True:
                        if not blocking: select.select([l], [], [])
                        fd = taken(l)
                        if fd == "EAGAIN": continue
                        os.write(tell, b"%9s\n" % heard(fd))
                        os.write(fd, b"served")
                        os.close(fd)
                finally: os._exit(1)
            pids.append(pid)
        for first in range(0, 200, 20):
            held = [to(l, b"%d" % i) for i in range(first, first + 20)]
            for c in held: same(b"served", c.recv(64))
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        os.close(tell)
        said = b""
        while more := os.read(told, 65536): said += more
        same(list(range(200)), sorted(map(int, said.split())))
        l.setblocking(False)
        same("EAGAIN", taken(l))

def flags():
    l = listening()
    for f in (0, socket.SOCK_NONBLOCK, socket.SOCK_CLOEXEC, socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC, 0):
        c = to(l)
        ready(l)
        fd = taken(l, f)
        same(os.O_RDWR | (f & socket.SOCK_NONBLOCK), fcntl.fcntl(fd, fcntl.F_GETFL) & 0o7777)
        same(bool(f & socket.SOCK_CLOEXEC), bool(fcntl.fcntl(fd, fcntl.F_GETFD) & fcntl.FD_CLOEXEC))
        there = subprocess.run(["test", "-e", f"/proc/self/fd/{fd}"], close_fds=False).returncode == 0
        same(not f & socket.SOCK_CLOEXEC, there)
        if f & socket.SOCK_NONBLOCK: same("EAGAIN", heard(fd))
        c.send(b"x")
        ready(fd)
        same(b"x", heard(fd))
        os.close(fd)
    same("EINVAL", taken(l, 1))

def names():
    l = listening()
    for room in (16, 200, 8, 2, 0, -1, None):
        c = to(l)
        ready(l)
        name = ctypes.create_string_buffer(b"\xff" * 40, 40)
        size = ctypes.c_int(0 if room is None else room)
        if room == -1:  # the connection is lost
            same("EINVAL", taken(l, 0, name, ctypes.byref(size)))
            same(b"", c.recv(1))
            continue
        fd = taken(l, 0, None if room is None else name, ctypes.byref(size))
        want = struct.pack("=H", socket.AF_INET) + struct.pack("!H", c.getsockname()[1]) + bytes([127, 0, 0, 1]) + bytes(8)
        told = 0 if room is None else min(room, 16)
        same(want[:told] + b"\xff" * (40 - told), name.raw)
        if room is not None: same(16, size.value)
        s = socket.socket(fileno=fd)
        same(c.getsockname(), s.getpeername())
        same(l.getsockname(), s.getsockname())
        s.close()

def gone(fd, data=b""):
    ready(fd)
    if data: same(data, heard(fd))
    if os.environ.get("HARDENED"):  # a reset is an end there
        assert heard(fd) in ("ECONNRESET", b"")
    else:
        if not data: same(True, bool(ready(fd)[0] & select.POLLERR))
        same("ECONNRESET", heard(fd))
    same(b"", heard(fd))

def gone_before():
    l = listening()
    for data in b"lost", b"":
        c = to(l, data)
        ready(l)
        reset(c)
        time.sleep(0.05)
        s, name = l.accept()
        same("127.0.0.1", name[0])
        same("ENOTCONN", outcome(s.getpeername))
        gone(s.fileno(), data)
        if not os.environ.get("HARDENED"): same("EPIPE", outcome(s.send, b"x"))
    c = to(l)
    ready(l)
    reset(c)
    time.sleep(0.05)
    fd = taken(l)
    gone(fd)
    os.close(fd)
    c = to(l, b"farewell")
    c.close()
    ready(l)
    time.sleep(0.05)
    fd = taken(l)
    same(b"farewell", heard(fd))
    same(b"", heard(fd))
    same(2, os.write(fd, b"no"))
    os.close(fd)
    c = to(l, b"both")  # an end of file, then a reset
    c.shutdown(socket.SHUT_WR)
    ready(l)
    time.sleep(0.05)
    reset(c)
    time.sleep(0.3)
    s, name = l.accept()
    same("127.0.0.1", name[0])
    said = outcome(s.recv, 64)
    assert said in (b"both", b""), said
    same(b"", s.recv(64))
    same("EPIPE", outcome(s.send, b"x"))
    same("ENOTCONN", outcome(s.getpeername))
    s.close()

def closed_with_waiting():
    for how in range(2):
        l = listening()
        held = [to(l, b"%d" % i) for i in range(12)]
        served = [taken(l) for _ in range(5)]
        if how: time.sleep(0.2)
        l.close()
        for i, c in enumerate(held):
            if i < 5:
                same(b"%d" % i, heard(served[i]))
                os.write(served[i], b"alive")
                same(b"alive", c.recv(64))
                os.close(served[i])
                same(b"", c.recv(64))
            else:
                same("ECONNRESET", outcome(c.recv, 64))

def exits():  # a process that has taken all ends
    l = listening()
    pid = os.fork()
    if pid == 0:
        for _ in range(4): taken(l)
        l.detach()
        os._exit(0)
    held = [to(l) for _ in range(4)]
    l.close()
    same(0, os.waitpid(pid, 0)[1])
    for c in held: same(b"", c.recv(64))

def shut():
    l = listening()
    held = [to(l) for _ in range(6)]
    fd = taken(l)
    l.shutdown(socket.SHUT_RD)
    same("EINVAL", taken(l))
    for c in held[1:]: same("ECONNRESET", outcome(c.recv, 64))
    os.write(fd, b"alive")
    same(b"alive", held[0].recv(64))
    l.listen()
    l.setblocking(False)
    same("EAGAIN", taken(l))
    for i in range(5):
        c = to(l, b"anew")
        ready(l)
        same(b"anew", heard(taken(l)))

def full():
    l = listening(2)
    begun = []
    for _ in range(6):
        c = socket.socket()
        c.setblocking(False)
        same(errno.EINPROGRESS, c.connect_ex(l.getsockname()))
        begun.append(c)
        time.sleep(0.02)
    time.sleep(0.3)
    same([True] * 3 + [False] * 3, [bool(ready(c, 0, select.POLLOUT)) for c in begun])
    same(3, queued(l))
    for c in begun[:3]: c.send(b"ok")
    for _ in range(3): same(b"ok", heard(taken(l)))
    until(lambda: any(ready(c, 0, select.POLLOUT) for c in begun[3:]), "those that were not let in come again")

def queued(l):
    port = l.getsockname()[1]
    out = subprocess.run(["ss", "-Hltn", "sport", "=", f":{port}"], capture_output=True, text=True, check=True).stdout.split()
    with open("/proc/self/net/tcp") as f:
        line = next(line.split() for line in f if line.split()[1].endswith(":%04X" % port) and line.split()[3] == "0A")
    same(int(line[4].split(":")[1], 16), int(out[1]))
    return int(out[1])

def lengths():
    l = listening()
    held = []
    for n in range(0, 90, 30):
        same(n, queued(l))
        held += [to(l) for _ in range(30)]
    for n in range(90, 80, -1):
        same(n, queued(l))
        os.close(taken(l))
    l.setblocking(False)
    for _ in range(80): os.close(taken(l))
    same("EAGAIN", taken(l))
    same(0, queued(l))

def few_descriptors():
    l = listening()
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, before[1]))
    c, d = to(l, b"first"), to(l, b"second")
    ready(l)
    opened = []
    while isinstance(fd := outcome(os.open, "/dev/null", os.O_RDONLY), int): opened.append(fd)
    for _ in range(3): same("EMFILE", taken(l))
    os.close(opened.pop())
    fd = taken(l)
    same(b"first", heard(fd))
    same("EMFILE", taken(l))
    resource.setrlimit(resource.RLIMIT_NOFILE, before)
    same(b"second", heard(taken(l)))
    for fd in opened: os.close(fd)

def as_sockets():
    l = listening()
    def pair():
        c = to(l)
        ready(l)
        return c, socket.socket(fileno=taken(l))
    c, s = pair()
    same(socket.SOCK_STREAM, s.getsockopt(socket.SOL_SOCKET, socket.SO_TYPE))
    same(0, s.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR))
    same(1, s.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 8)[0])
    s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    same(1, s.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
    same("EINVAL", outcome(s.accept))
    same("EISCONN", outcome(s.connect, l.getsockname()))
    s.shutdown(socket.SHUT_WR)
    same(b"", c.recv(64))
    c.send(b"still")
    same(b"still", s.recv(64))
    c, s = pair()
    reset(s)
    same("ECONNRESET", outcome(c.recv, 64))
    c, s = pair()
    c.send(b"unread")
    ready(s)
    s.close()
    same("ECONNRESET", outcome(c.recv, 64))
    c, s = pair()
    s.sendall(bytes(300000))
    s.close()
    n = 0
    while got := c.recv(65536): n += len(got)
    same(300000, n)

def passed():
    l = listening()
    here, there = socket.socketpair()
    pid = os.fork()
    if pid == 0:
        try:
            l.close()
            here.close()
            _, [l2], _, _ = socket.recv_fds(there, 1, 1)
            l2 = socket.socket(fileno=l2)
            for i in range(3):
                fd = taken(l2)
                os.write(fd, b"passed " + heard(fd))
                os.close(fd)
            _, [s], _, _ = socket.recv_fds(there, 1, 1)
            os.write(s, b"taken here, answered there: %d" % socket.socket(fileno=os.dup(s)).getpeername()[1])
            os._exit(0)
        finally: os._exit(1)
    c = to(l, b"0")
    ready(l)
    socket.send_fds(here, [b"x"], [l.fileno()])
    same(b"passed 0", c.recv(64))
    for i in (1, 2): same(b"passed %d" % i, to(l, b"%d" % i).recv(64))
    c = to(l)
    fd = taken(l)
    socket.send_fds(here, [b"x"], [fd])
    os.close(fd)
    l.close()
    same(b"taken here, answered there: %d" % c.getsockname()[1], c.recv(64))
    same(b"", c.recv(64))
    same(0, os.waitpid(pid, 0)[1])

def storm():
    l = listening(1024)
    idle = [to(l) for _ in range(200)]
    idle_here = [taken(l) for _ in range(200)]
    begin = time.monotonic()
    for _ in range(3):
        held = [to(l) for _ in range(100)]
        here = [taken(l) for _ in range(100)]
        for c in held: reset(c)
        for fd in here:
            gone(fd)
            os.close(fd)
    for _ in range(100):
        c = to(l)
        fd = taken(l)
        reset(c)
        gone(fd)
        os.close(fd)
    took = time.monotonic() - begin
    assert took < 10, took
    if "-t" in sys.argv: print("storm", round(took, 3))
    for fd in idle_here: os.close(fd)

def left_open():
    l = listening()
    for _ in range(20):
        c = to(l)
        os.close(taken(l))
        same(b"", c.recv(1))

def exec_ed():  # over a listener that is taken natively already
    l = listening()
    os.set_inheritable(l.fileno(), True)
    text = "import socket, sys\nl = socket.socket(fileno=int(sys.argv[1]))\nfor _ in range(8):\n s, _ = l.accept(); s.send(s.recv(9)); s.close()"
    p = subprocess.Popen(["python3", "-c", text, str(l.fileno())], close_fds=False)
    for i in range(8):
        c = to(l, b"%d" % i)
        same(b"%d" % i, c.recv(9))
    same(0, p.wait())

listening(warm=12).close()
"""


def run(world):
    return run_scenes(world, PROGRAM)
