"""TCP sockets of a program that has made so many that an accelerated one makes and connects them natively: what it sees of them is the
same. Scenes: scenes.py."""
from scenes import run_scenes

PROGRAM = r"""
import array, ctypes, errno, fcntl, itertools, os, select, signal, struct, subprocess, sys, threading, time
from socket import *
from socket import create_server, send_fds, recv_fds
def ip(text): subprocess.run(["ip"] + text.split(), check=True)
ip("link set lo up"); ip("netns add other"); ip("-n other link set lo up"); ip("-n other addr add 10.1.1.1/32 dev lo")
ip("link add v0 type veth peer name v1"); ip("addr add 10.7.0.1/24 dev v0"); ip("link set v0 up"); ip("link set v1 up")
ip("neigh add 10.7.0.9 lladdr 02:00:00:00:00:09 dev v0")
libc = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNET = 0x40000000
HOME = os.open("/proc/self/ns/net", os.O_RDONLY)
OTHER = os.open("/run/netns/other", os.O_RDONLY)

def enter(fd):
    if libc.setns(fd, CLONE_NEWNET): raise OSError(ctypes.get_errno(), "setns")

def tcp(blocking=True, cloexec=True):
    s = socket(AF_INET, SOCK_STREAM | (0 if blocking else SOCK_NONBLOCK))
    return s

def listening(backlog=64):
    return create_server(("127.0.0.1", 0), backlog=backlog)

def ready(s, wait=3000, what=select.POLLIN | select.POLLOUT):
    p = select.poll()
    p.register(s, what)
    return [e for _, e in p.poll(wait)]

def finished(c):
    assert ready(c, what=select.POLLOUT), "not connected"
    return errno.errorcode.get(c.getsockopt(SOL_SOCKET, SO_ERROR), 0)

def connected(l, blocking=False):
    c = tcp(blocking)
    got = c.connect_ex(l.getsockname())
    if not blocking:
        same(errno.EINPROGRESS, got)
        same(0, finished(c))
    d, _ = l.accept()
    return c, d

def both_ways(c, d):
    c.setblocking(True); d.setblocking(True)
    c.sendall(b"there"); same(b"there", d.recv(64)); d.sendall(b"back"); same(b"back", c.recv(64))

def many():
    l = listening()
    for i in range(200):
        c, d = connected(l, blocking=i % 3 == 0)
        both_ways(c, d)
        same(c.getsockname(), d.getpeername())
        c.close(); same(b"", d.recv(1)); d.close()

def fresh():  # nothing was done with it
    e = select.epoll()
    s = tcp()
    e.register(s, select.EPOLLOUT)
    same([s.fileno()], [fd for fd, _ in e.poll(1)])
    same([select.POLLOUT | select.POLLHUP], ready(s))
    same(("0.0.0.0", 0), s.getsockname())
    same("ENOTCONN", outcome(s.getpeername))
    same("ENOTCONN", outcome(s.recv, 1))
    same("ENOTCONN", outcome(tcp().recv, 1))
    same("EPIPE", outcome(tcp().send, b"x"))
    same("ENOTCONN", outcome(tcp().shutdown, SHUT_RDWR))
    same("EINVAL", outcome(tcp().accept))
    same(SOCK_STREAM, tcp().getsockopt(SOL_SOCKET, SO_TYPE))
    same(AF_INET, tcp().getsockopt(SOL_SOCKET, SO_DOMAIN))
    same(IPPROTO_TCP, tcp().getsockopt(SOL_SOCKET, SO_PROTOCOL))
    same("EISCONN", outcome(connected(listening(), True)[0].connect, ("127.0.0.1", 1)))
    for flags in (0, SOCK_NONBLOCK, SOCK_CLOEXEC, SOCK_NONBLOCK | SOCK_CLOEXEC):
        fd = libc.socket(AF_INET, SOCK_STREAM | flags, IPPROTO_TCP)
        same(bool(flags & SOCK_NONBLOCK), bool(fcntl.fcntl(fd, fcntl.F_GETFL) & os.O_NONBLOCK))
        same(bool(flags & SOCK_CLOEXEC), bool(fcntl.fcntl(fd, fcntl.F_GETFD)))
        os.close(fd)

def prepared():  # something was
    l = listening()
    for how in range(6):
        c = tcp(False)
        if how == 0: c.bind(("127.0.0.1", 0)); port = c.getsockname()[1]
        if how == 1: c.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
        if how == 2: c.setsockopt(SOL_SOCKET, SO_RCVBUF, 30000)
        if how == 3: ready(c)
        if how == 4: c.getsockname()
        if how == 5: c.setsockopt(SOL_SOCKET, SO_KEEPALIVE, 1)
        same(errno.EINPROGRESS, c.connect_ex(l.getsockname()))
        same(0, finished(c))
        d, name = l.accept()
        same(name, c.getsockname())
        if how == 0: same(port, name[1])
        if how == 1: same(1, c.getsockopt(IPPROTO_TCP, TCP_NODELAY))
        if how == 2: same(60000, c.getsockopt(SOL_SOCKET, SO_RCVBUF))
        if how == 5: same(1, c.getsockopt(SOL_SOCKET, SO_KEEPALIVE))
        both_ways(c, d)
    s = tcp(); s.bind(("127.0.0.1", 0)); s.listen(); both_ways(*connected(s))

def refused():
    l = listening()
    name = l.getsockname()
    connected(l)
    l.close()
    for _ in range(5):
        c = tcp(False)
        same(errno.EINPROGRESS, c.connect_ex(name))
        assert ready(c)[0] & select.POLLERR
        same(errno.ECONNREFUSED, c.getsockopt(SOL_SOCKET, SO_ERROR))
        same(0, c.getsockopt(SOL_SOCKET, SO_ERROR))
        c = tcp(False)
        c.connect_ex(name)
        time.sleep(0.02)
        same("ECONNREFUSED", outcome(c.recv, 1))

def in_progress():
    for _ in range(3):
        c = tcp(False)
        same(errno.EINPROGRESS, c.connect_ex(("10.7.0.9", 80)))
        same([], ready(c, 50))
        same(errno.EALREADY, c.connect_ex(("10.7.0.9", 80)))
        same("EAGAIN", outcome(c.send, b"x"))
        same("EAGAIN", outcome(c.recv, 1))
        same("EAGAIN", outcome(os.write, c.fileno(), b"x"))
        same("ENOTCONN", outcome(c.getpeername))
        same(2, c.getsockopt(IPPROTO_TCP, TCP_INFO, 1)[0])
        c.close()
    with open("/proc/net/tcp") as f: same([], [l for l in f if l.split()[3] == "02"])

def unreachable():
    ip("route add 10.8.0.0/24 via 10.7.0.9")
    c = tcp(False); same(errno.EINPROGRESS, c.connect_ex(("10.8.0.1", 80))); c.close()
    ip("route del 10.8.0.0/24")
    errors = set()
    for _ in range(6):
        c = tcp(False)
        got = c.connect_ex(("10.8.0.1", 80))
        if got == errno.EINPROGRESS:  # accelerated, the first one does not see it yet
            assert ready(c, 3000)
            got = c.getsockopt(SOL_SOCKET, SO_ERROR)
        errors.add(errno.errorcode[got])
    same({"ENETUNREACH"}, errors)
    same("ENETUNREACH", errno.errorcode[tcp(False).connect_ex(("10.8.0.1", 80))])

def namespaces():  # a socket stays where it was made
    l = listening()
    enter(OTHER)
    there = create_server(("10.1.1.1", 0))
    made_there = [tcp(False) for _ in range(8)]
    enter(HOME)
    made_here = [tcp(False) for _ in range(8)]
    for s in made_there: same("ENETUNREACH", errno.errorcode[s.connect_ex(("10.7.0.9", 80))]) if s is made_there[0] else None
    for s in made_there[1:]:
        same(errno.EINPROGRESS, s.connect_ex(there.getsockname())); same(0, finished(s)); there.accept()
    enter(OTHER)
    for s in made_here:
        same(errno.EINPROGRESS, s.connect_ex(l.getsockname())); same(0, finished(s)); l.accept()
    enter(HOME)
    both_ways(*connected(l))

def threads():
    l = listening()
    def work(net, to):
        try:
            if net is not None: enter(net)
            for _ in range(30):
                c = tcp(False)
                c.connect_ex(to.getsockname())
                assert ready(c, what=select.POLLOUT)
                same(0, c.getsockopt(SOL_SOCKET, SO_ERROR))
                c.close()
        except BaseException as e: failed.append(repr(e))
    failed = []
    enter(OTHER); there = create_server(("10.1.1.1", 0), backlog=200); enter(HOME)
    l = create_server(("127.0.0.1", 0), backlog=200)
    all = [threading.Thread(target=work, args=a) for a in ((None, l), (OTHER, there), (None, l), (OTHER, there))]
    for t in all: t.start()
    for t in all: t.join()
    same([], failed)
    for s in (l, there):
        for _ in range(60): s.accept()[0].close()

def forked():
    l = listening()
    before = tcp(False)
    pid = os.fork()
    if pid == 0:
        same(errno.EINPROGRESS, before.connect_ex(l.getsockname())); same(0, finished(before))
        for _ in range(10):
            c = tcp(False); same(errno.EINPROGRESS, c.connect_ex(l.getsockname())); same(0, finished(c)); c.send(b"x"); c.close()
        os._exit(0)
    for _ in range(11): d, _ = l.accept()
    same(0, os.waitpid(pid, 0)[1])
    same(None, outcome(before.connect, l.getsockname())); same("EISCONN", outcome(before.connect, l.getsockname()))
    both_ways(*connected(l))

def passed():
    l = listening()
    a, b = socketpair()
    for _ in range(3):
        s = tcp(False)
        send_fds(a, [b"x"], [s.fileno()])
        s.close()
        _, fds, _, _ = recv_fds(b, 1, 1)
        s = socket(fileno=fds[0])
        same(errno.EINPROGRESS, s.connect_ex(l.getsockname())); same(0, finished(s))
        both_ways(s, l.accept()[0])
    s = tcp()
    copy = os.dup(s.fileno()); s.connect(l.getsockname()); os.write(copy, b"by the copy"); same(b"by the copy", l.accept()[0].recv(64))

def exec_ed():
    l = listening()
    text = "import socket, sys\ns = socket.socket(fileno=int(sys.argv[1]))\ns.connect(('127.0.0.1', int(sys.argv[2])))\ns.send(b'over exec')"
    for _ in range(2):
        s = tcp()
        s.set_inheritable(True)
        p = subprocess.Popen(["python3", "-c", text, str(s.fileno()), str(l.getsockname()[1])], close_fds=False)
        same(b"over exec", l.accept()[0].recv(64)); same(0, p.wait())

def bulk():  # writes that are larger than the buffer at first
    l = listening()
    data = bytes(range(256)) * 20000
    for _ in range(2):
        c, d = connected(l)
        c.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1); same(1, c.getsockopt(IPPROTO_TCP, TCP_NODELAY))
        c.setsockopt(IPPROTO_TCP, TCP_NODELAY, 0); same(0, c.getsockopt(IPPROTO_TCP, TCP_NODELAY))
        got = bytearray()
        def read():
            while len(got) < len(data): got.extend(d.recv(1 << 20))
        t = threading.Thread(target=read); t.start()
        sent = 0
        while sent < len(data):
            try: sent += os.write(c.fileno(), data[sent:sent + 100000])
            except BlockingIOError: ready(c, what=select.POLLOUT)
        t.join(); assert bytes(got) == data

def closed():  # all descriptors, as daemons do it
    pid = os.fork()
    if pid == 0:
        l = listening(); connected(l)
        n = l.fileno()
        os.closerange(3, n); os.closerange(n + 1, 4096)
        for _ in range(20): both_ways(*connected(l))
        os._exit(0)
    same(0, os.waitpid(pid, 0)[1])

def rooted():  # where nothing of ours can be reached
    l = listening()
    for _ in range(8): both_ways(*connected(l))
    pid = os.fork()
    if pid == 0:
        os.mkdir("empty")
        if outcome(os.chroot, "empty") is None:
            for i in range(20): both_ways(*connected(l, i % 2 == 0))
        os._exit(0)
    same(0, os.waitpid(pid, 0)[1])

def kept():  # a socket keeps its namespace when its maker has left
    for bind in (False, True):
        same(0, libc.unshare(CLONE_NEWNET))
        s = tcp(False)
        enter(HOME)
        time.sleep(0.3)
        if bind: s.bind(("0.0.0.0", 0))
        same("ENETUNREACH", errno.errorcode[s.connect_ex(("127.0.0.1", 1))])

def gone():  # TCP_NODELAY of what a descriptor is by now
    l = listening()
    connected(l)
    for _ in range(4):
        c, d = connected(l)
        n = c.fileno()
        c.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
        os.close(n)
        one = ctypes.c_int(1)
        same(-1, libc.setsockopt(n, IPPROTO_TCP, TCP_NODELAY, ctypes.byref(one), 4)); same(errno.EBADF, ctypes.get_errno())
        f = os.open("/dev/null", os.O_RDONLY); same(n, f)
        same(-1, libc.setsockopt(n, IPPROTO_TCP, TCP_NODELAY, ctypes.byref(one), 4)); same(errno.ENOTSOCK, ctypes.get_errno())
        c.detach(); os.close(f)

def daemon():  # whose parent has ended
    l = listening()
    for _ in range(8): connected(l)
    r, w = os.pipe()
    pid = os.fork()
    if pid == 0:
        if os.fork(): os._exit(0)
        time.sleep(0.2)
        told = []
        for i in range(10):
            c, d = connected(l)
            for s in (c, d): s.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1); told.append(s.getsockopt(IPPROTO_TCP, TCP_NODELAY))
        os.write(w, bytes(told)); os._exit(0)
    os.waitpid(pid, 0)
    same(bytes([1] * 20), os.read(r, 64))

def burst():  # more than are served at once
    l = create_server(("127.0.0.1", 0), backlog=4096)
    connected(l)
    for count in (300, 1000):
        all = [tcp(False) for _ in range(count)]
        for c in all: c.connect_ex(l.getsockname())
        same("127.0.0.1", all[-1].getsockname()[0])
        for c in all: same(0, finished(c))
        names = {c.getsockname() for c in all}
        same(names, {l.accept()[1] for _ in all})
        for c in all: c.close()

def forbidden():  # a program whose own filter refuses sendto(2): nothing of what it writes is lost
    sendto = {"x86_64": 44, "aarch64": 206}[os.uname().machine]
    l = listening()
    connected(l)
    pid = os.fork()
    if pid == 0:
        for _ in range(8): connected(l)
        program = b"".join(struct.pack("=HBBI", *i) for i in [(0x20, 0, 0, 0), (0x15, 0, 1, sendto), (6, 0, 0, 0x50001), (6, 0, 0, 0x7fff0000)])
        libc.prctl(38, 1, 0, 0, 0)
        assert libc.prctl(22, 2, struct.pack("@HxxxxxxQ", 4, ctypes.cast(program, ctypes.c_void_p).value), 0, 0) == 0
        for _ in range(4):
            c, d = connected(l)
            c.setblocking(True)
            for part in (b"first", bytes(3000), b"last"): os.write(c.fileno(), part)
            c.shutdown(SHUT_WR)
            got = b""
            d.settimeout(5)
            while more := d.recv(65536): got += more
            same(b"first" + bytes(3000) + b"last", got)
        os._exit(0)
    same((pid, 0), os.waitpid(pid, 0))

def lowest():
    a, b = tcp(), tcp()
    n = a.fileno(); a.close(); same(n, tcp().fileno())
    for _ in range(50):
        s = tcp(); same(n, s.fileno()); s.close()

def hostile():  # who comes to the dock is not trusted
    dock = [l.split()[-1].rsplit("/", 1)[0] + "/dock" for l in open("/proc/self/maps") if "accelerator" in l]
    if not dock: return
    l = listening()
    c, d = connected(l)
    bind = {"x86_64": 49, "aarch64": 200}[os.uname().machine]
    def arrive(name, more=b""):
        s = socket(AF_UNIX, SOCK_STREAM)
        name = struct.pack("=H", AF_UNIX) + name
        assert libc.syscall(bind, s.fileno(), name, len(name), *[0x75e7e71d] * 3) == 0 or ctypes.get_errno() == errno.EADDRINUSE
        s.connect(dock[0])
        outcome(s.send, more)
        return s
    def hello(what, inode, about=0, token=0, mark=0, more=b""):
        said = struct.pack("=IiQQQiI", what, next(numbers), inode, about, token, mark, 0)
        return arrive(b"\0unetns-dock/" + bytes(97 + half for byte in said for half in (byte >> 4, byte & 15)), more)
    numbers = itertools.count()
    inode = lambda s: os.fstat(s.fileno()).st_ino
    peer = struct.unpack("=Q", struct.pack("=HHI", 1, htons(l.getsockname()[1]), 0x0100007f))[0]
    kept = []
    for i in range(40):
        for what in (0, 1, 2, 3, 0xffffffff):
            for about in (0, inode(l), inode(c), peer, 1 << 63):
                for mark in (0, 0x40000001, 0x7fffffff, -1):
                    kept.append(hello(what, (inode(c), inode(l), 0, 1 << 40, inode(d))[i % 5], about, i, mark, bytes(4048 if i % 2 else 0)))
        kept.append(arrive(b"\0" + os.urandom(i + 20)))
        kept.append(arrive(b"\0unetns-dock/" + os.urandom(80)))
        s = socket(AF_UNIX, SOCK_STREAM); s.connect(dock[0]); outcome(s.send, os.urandom(i + 1)); kept.append(s)  # has no name
        both_ways(c, d)
        for s in kept: s.close()
        kept.clear()
    s = hello(1, 12345678901, peer, 0, 0x40000000, bytes(4048)); s.close()
    both_ways(c, d)
    both_ways(*connected(listening()))  # some of the others are connections to the old one

for _ in range(12): tcp().close()
"""


def run(world):
    return run_scenes(world, PROGRAM)
