# What a program says of TCP_NODELAY counts, and is read back, whoever says it: of its own sockets, copies, and those that were
# inherited; what is no such option is refused.
. "$CHECK"
ok ip link set lo up
python3 - <<'P' || fail "python"
import ctypes, errno, os, socket, threading

NODELAY = (socket.IPPROTO_TCP, socket.TCP_NODELAY)
libc = ctypes.CDLL(None, use_errno=True)
listener = socket.create_server(("127.0.0.1", 0))


def pair():
    client = socket.create_connection(listener.getsockname())
    return client, listener.accept()[0]


def expect(got, wanted):
    assert got == wanted, (got, wanted)


def is_on(sock):
    return sock.getsockopt(*NODELAY)


for sock in pair():
    expect(is_on(sock), 0)
    for value in (1, 0, 1, 1, 7, 0, 0, -1):
        sock.setsockopt(*NODELAY, value)
        expect(is_on(sock), int(value != 0))

# The last word counts, with data in between and without; the other socket has its own.
a, b = pair()
for i in range(200):
    a.setsockopt(*NODELAY, i % 3)
    if i % 5 == 0:
        a.sendall(b"x")
        expect(b.recv(1), b"x")
    a.setsockopt(*NODELAY, i % 2)
    if i % 7 == 0:
        expect(is_on(a), i % 2)
    expect(is_on(b), 0)

# By a child, and by a copy.
a.setsockopt(*NODELAY, 0)
if os.fork() == 0:
    a.setsockopt(*NODELAY, 1)
    os._exit(0)
os.wait()
expect(is_on(a), 1)
copy = a.dup()
copy.setsockopt(*NODELAY, 0)
expect(is_on(a), 0)

# A number that names one socket after the other.
number = None
for i in range(100):
    c, d = pair()
    c.setsockopt(*NODELAY, i % 2)
    expect((is_on(c), is_on(d)), (i % 2, 0))
    c.close(), d.close()

# Before and after the connection.
fresh = socket.socket()
fresh.setsockopt(*NODELAY, 1)
fresh.connect(listener.getsockname())
expect(is_on(fresh), 1)
other = listener.accept()[0]
fresh.close()
expect(other.recv(1), b"")
other.setsockopt(*NODELAY, 1)
expect(is_on(other), 1)

# Threads that set those of their own.
def work(results):
    own, _ = both = pair()
    for i in range(300):
        own.setsockopt(*NODELAY, i & 1)
        if i % 10 == 0 and is_on(own) != (i & 1):
            results.append(i)


wrong = []
threads = [threading.Thread(target=work, args=(wrong,)) for _ in range(4)]
[t.start() for t in threads], [t.join() for t in threads]
expect(wrong, [])


def refused(fd, value, size):
    ctypes.set_errno(0)
    assert libc.setsockopt(fd, *NODELAY, value, size) == -1
    return errno.errorcode[ctypes.get_errno()]


one = ctypes.byref(ctypes.c_int(1))
expect(refused(a.fileno(), ctypes.c_void_p(8), 4), "EFAULT")
expect(refused(a.fileno(), None, 4), "EFAULT")
expect(refused(a.fileno(), one, 3), "EINVAL")
expect(refused(socket.socket(socket.AF_INET, socket.SOCK_DGRAM).fileno(), one, 4), "EBADF")
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
expect(refused(udp.fileno(), one, 4), "ENOPROTOOPT")
expect(refused(0, one, 4), "ENOTSOCK")
P
pass
