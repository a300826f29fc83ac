# A descriptor's number that comes to name another socket: what was well with the old one is not with the new.
. "$CHECK"
ok ip link set lo up
python3 - <<'P' || fail "python"
import errno, os, socket

sink = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sink.bind(("127.0.0.1", 0))
lone = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
left, right = socket.socketpair()
kept = []


def well():
    """A descriptor with which many sends have gone well."""
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.connect(sink.getsockname())
    for _ in range(5):
        s.send(b"x")
        sink.recv(10)
    kept.append(os.dup(s.fileno()))  # the old socket stays well
    for _ in range(3):
        s.send(b"x")
        sink.recv(10)
    return s.detach()


def by_dup2(n):
    os.dup2(lone.fileno(), n)
    return n


def by_fcntl(n):
    os.close(n)
    return os.dup(lone.fileno())


def by_message(n):
    socket.send_fds(left, [b"x"], [lone.fileno()])
    os.close(n)
    return socket.recv_fds(right, 10, 1)[1][0]


def by_birth(n):
    os.close(n)
    return socket.socket(socket.AF_INET, socket.SOCK_DGRAM).detach()


for way in by_dup2, by_fcntl, by_message, by_birth:
    for _ in range(20):
        n = well()
        made = way(n)
        assert made == n, (way, made, n)
        s = socket.socket(fileno=made)
        try:
            s.send(b"x")
            raise SystemExit(f"{way.__name__}: a send without a destination went well")
        except OSError as e:
            assert e.errno == errno.EDESTADDRREQ, (way, e)
        s.close()

listener = socket.create_server(("127.0.0.1", 0))
for _ in range(20):
    s = socket.create_connection(listener.getsockname())
    t, _ = listener.accept()
    for _ in range(5):
        s.send(b"x")
        t.recv(1)
    n = s.detach()
    os.close(n)
    fresh = socket.socket()
    assert fresh.fileno() == n
    try:
        fresh.recv(1)
        raise SystemExit("a recv without a connection went well")
    except OSError as e:
        assert e.errno == errno.ENOTCONN, e
    fresh.close()
    t.close()
P
pass
