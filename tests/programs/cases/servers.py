"""The shapes that servers have: a process for each connection, processes and threads that share a listener, listeners of their own on one
port, listeners and connections that somebody else made and handed over. Scenes: scenes.py."""
from scenes import run_scenes

PROGRAM = r"""
import collections, select, signal, socket, struct, subprocess
subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
CLIENTS = 120

def listening(port=0, **options):
    return socket.create_server(("127.0.0.1", port), backlog=256, **options)

def ask(name, what=b"who"):
    with socket.create_connection(name, timeout=20) as c:
        c.sendall(what)
        c.shutdown(socket.SHUT_WR)
        got = b""
        while more := c.recv(4096): got += more
        return got

def asked_at_once(name, n=CLIENTS):  # what they were answered, each after its own question
    cs = [socket.create_connection(name, timeout=20) for _ in range(n)]
    for i, c in enumerate(cs): c.sendall(b"%d" % i)
    said = []
    for i, c in enumerate(cs):
        question, _, who = c.recv(64).partition(b" ")
        same(b"%d" % i, question)
        said.append(who)
        c.close()
    return collections.Counter(said)

def child(f, *args):
    pid = os.fork()
    if pid: return pid
    try: f(*args)
    finally: os._exit(1)

def stop(pids):
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)

def until(good, what, wait=10):
    end = time.monotonic() + wait
    while not good():
        assert time.monotonic() < end, what
        time.sleep(0.01)

def none_left(l):
    port = b":%04X " % l.getsockname()[1]
    alive = lambda: [line for line in open("/proc/net/tcp", "rb") if port in line and line.split()[3] not in (b"0A", b"06")]
    until(lambda: not alive(), "connections are left")

def a_process_for_each():  # it is the child that serves; the parent closes its copy
    l = listening()
    def serve():
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        while True:
            s, _ = l.accept()
            if os.fork():
                s.close()
                continue
            l.close()
            s.sendall(s.recv(64) + b" " + str(os.getpid()).encode())
            os._exit(0)
    pid = child(serve)
    same(CLIENTS, len(asked_at_once(l.getsockname())))
    stop([pid])
    none_left(l)

def workers_with_epolls():  # each of its own, the listener in all of them, EPOLLEXCLUSIVE
    l = listening()
    l.setblocking(False)
    heard, tell = os.pipe()
    def serve():
        p = select.epoll()
        p.register(l, select.EPOLLIN | select.EPOLLEXCLUSIVE)
        held = {}
        while True:
            for fd, _ in p.poll():
                if fd != l.fileno():
                    s = held[fd]
                    if got := s.recv(64): s.sendall(got + b" " + str(os.getpid()).encode())
                    else: held.pop(fd).close()
                    continue
                os.write(tell, b"w")
                try: s, _ = l.accept()
                except BlockingIOError: continue
                os.write(tell, b"a")
                held[s.fileno()] = s
                p.register(s, select.EPOLLIN)
    pids = [child(serve) for _ in range(4)]
    same(CLIENTS, asked_at_once(l.getsockname()).total())
    for i in range(50): same(b"%d" % i, ask(l.getsockname(), b"%d" % i).split()[0])
    stop(pids)
    os.close(tell)
    said = b""
    while more := os.read(heard, 65536): said += more
    same(CLIENTS + 50, said.count(b"a"))
    # All four would make four times as many.
    assert said.count(b"w") < 3 * said.count(b"a"), (said.count(b"w"), said.count(b"a"))
    l.close()

def threads_with_one_epoll():  # EPOLLONESHOT: whoever is told of a connection has it to itself
    l = listening()
    l.setblocking(False)
    p = select.epoll()
    p.register(l, select.EPOLLIN | select.EPOLLONESHOT)
    end, ends = os.pipe()
    p.register(end, select.EPOLLIN)  # level: all threads see it
    held, busy, wrong = {}, set(), []
    def serve():
        while True:
            fd, _ = p.poll(-1, 1)[0]
            if fd == end: return
            if fd in busy: wrong.append(fd)
            busy.add(fd)
            if fd == l.fileno():
                try:
                    while True:
                        s, _ = l.accept()
                        s.setblocking(False)
                        held[s.fileno()] = s
                        p.register(s, select.EPOLLIN | select.EPOLLONESHOT)
                except BlockingIOError: pass
            else:
                s = held[fd]
                got = outcome(s.recv, 64)
                if got == "EAGAIN": wrong.append("told of nothing")
                elif got: s.send(got)
                else:
                    busy.discard(fd)
                    held.pop(fd).close()
                    continue
            busy.discard(fd)
            p.modify(fd, select.EPOLLIN | select.EPOLLONESHOT)
    threads = [threading.Thread(target=serve) for _ in range(8)]
    for t in threads: t.start()
    def clients():
        for _ in range(2):
            cs = [socket.create_connection(l.getsockname(), timeout=20) for _ in range(40)]
            for round in range(20):
                for i, c in enumerate(cs): c.send(b"%d of %d" % (i, round))
                for i, c in enumerate(cs): same(b"%d of %d" % (i, round), c.recv(64))
            for c in cs: c.close()
        os._exit(0)
    same(0, os.waitpid(child(clients), 0)[1])
    until(lambda: not held, "an end was not told")
    os.close(ends)
    for t in threads: t.join()
    os.close(end)
    same([], wrong)

def workers_of_one_port():  # SO_REUSEPORT: a listener each
    first = listening(reuse_port=True)
    name = first.getsockname()
    ready, tell = os.pipe()
    def serve():
        l = listening(name[1], reuse_port=True)
        first.close()
        os.write(tell, b"x")
        while True:
            s, _ = l.accept()
            s.sendall(s.recv(64) + b" " + str(os.getpid()).encode())
            s.close()
    pids = [child(serve) for _ in range(4)]
    for _ in pids: os.read(ready, 1)
    first.close()
    n = 400
    served = collections.Counter()
    for _ in range(4): served += asked_at_once(name, n // 4)
    same(n, served.total())
    same(4, len(served))
    # Each should have a quarter; less than a half of that, or twice as much, comes by chance once in 10^7 times.
    assert n / 8 < min(served.values()) and max(served.values()) < n / 2, served
    stop(pids[:3])  # the last one takes all
    same(n // 4, asked_at_once(name, n // 4)[str(pids[3]).encode()])
    stop(pids[3:])
    same("ECONNREFUSED", outcome(socket.create_connection, name))

def as_service(argv, listeners, **more):
    # As systemd does it (sd_listen_fds(3)): descriptors from 3 on, how many, and for whom.
    def prepare():
        high = [os.dup2(l.fileno(), 100 + i) for i, l in enumerate(listeners)]
        for i, fd in enumerate(high):
            os.dup2(fd, 3 + i, inheritable=True)
            os.close(fd)
        os.environ["LISTEN_PID"] = str(os.getpid())
        os.environ["LISTEN_FDS"] = str(len(listeners))
    return child(lambda: (prepare(), os.environ.update(more), os.execvp(argv[0], argv)))

SERVICE = '''
import os, select, socket
assert int(os.environ["LISTEN_PID"]) == os.getpid()
ls = [socket.socket(fileno=3 + i) for i in range(int(os.environ["LISTEN_FDS"]))]
while True:
    for l in select.select(ls, [], [])[0]:
        s, _ = l.accept()
        got = s.recv(64)
        s.sendall(got + b" by %d at %d" % (l.fileno(), l.getsockname()[1]))
        s.close()
        if got == b"end": raise SystemExit
'''
def listeners_of_a_service():  # it is started when somebody comes, ends, and is started anew on the same listeners
    ls = [listening() for _ in range(2)]
    for turn in range(3):
        name = ls[turn % 2].getsockname()
        c = socket.create_connection(name, timeout=20)
        c.sendall(b"early")
        same([ls[turn % 2]], select.select(ls, [], [], 5)[0])
        pid = as_service([sys.executable, "-c", SERVICE], ls)
        same(b"early by %d at %d" % (3 + turn % 2, name[1]), c.recv(64))
        for i, l in enumerate(ls): same(b"more by %d at %d" % (3 + i, l.getsockname()[1]), ask(l.getsockname(), b"more"))
        ask(name, b"end")
        same(0, os.waitpid(pid, 0)[1])
        for l in ls: assert not select.select([l], [], [], 0)[0]

def a_process_with_the_connection():  # as its standard streams, as inetd does
    l = listening()
    def serve():
        while True:
            s, _ = l.accept()
            subprocess.Popen(["cat"], stdin=s, stdout=s)
            s.close()
    pid = child(serve)
    text = os.urandom(300000)
    for n in (0, 1, 300000): same(text[:n], ask_much(l.getsockname(), text[:n]))
    for i in range(10): same(b"%d" % i, ask(l.getsockname(), b"%d" % i))
    stop([pid])

def ask_much(name, text):  # while it is answered
    with socket.create_connection(name, timeout=20) as c:
        t = threading.Thread(target=lambda: (c.sendall(text), c.shutdown(socket.SHUT_WR)))
        t.start()
        got = b""
        while more := c.recv(65536): got += more
        t.join()
        return got

def nginx_takes_over():  # its way of taking listeners from the binary before it
    here = os.getcwd()
    os.mkdir("www")
    open("www/index.html", "w").write("from nginx")
    l = listening()
    port = l.getsockname()[1]
    paths = "".join(f"{kind}_temp_path {here}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    open("nginx.conf", "w").write(f"daemon off; pid {here}/pid; error_log {here}/error.log; worker_processes 2; events {{}}"
                                  f"http {{ {paths} access_log off; server {{ listen 127.0.0.1:{port}; root {here}/www; }} }}")
    if os.getuid() == 0: open("nginx.conf", "a").write("user nobody nogroup;")
    os.chmod("www", 0o755)
    pid = as_service(["nginx", "-p", here, "-e", here + "/error.log", "-c", here + "/nginx.conf"], [l], NGINX="3;")
    for _ in range(20):
        same(b"from nginx", ask(l.getsockname(), b"GET / HTTP/1.0\r\n\r\n").split(b"\r\n\r\n")[-1])
    os.kill(pid, signal.SIGTERM)
    os.waitpid(pid, 0)
    l.close()
    same("ECONNREFUSED", outcome(socket.create_connection, ("127.0.0.1", port)))
"""


def run(world):
    return run_scenes(world, PROGRAM)
