"""What the scenarios about sockets share: `py NS <<'P'` of lib.sh, then `from sockets import *`.

Ports that the system chose print as *, so that two runs print the same.
"""
import ctypes
import errno
import os
import select
import signal
import struct
import time
from contextlib import contextmanager
from socket import *

signal.alarm(20)  # whoever hangs is not to hold up the others
HERE = "127.0.0.1"
STATES = ("0 ESTABLISHED SYN_SENT SYN_RECV FIN_WAIT1 FIN_WAIT2 TIME_WAIT CLOSE CLOSE_WAIT LAST_ACK LISTEN CLOSING NEW_SYN_RECV").split()
EVENTS = [("IN", select.POLLIN), ("PRI", select.POLLPRI), ("OUT", select.POLLOUT), ("RDHUP", select.POLLRDHUP), ("ERR", select.POLLERR),
          ("HUP", select.POLLHUP), ("NVAL", select.POLLNVAL)]
ASKED = select.POLLIN | select.POLLPRI | select.POLLOUT | select.POLLRDHUP
SIOCINQ, SIOCOUTQ, SIOCATMARK, SIOCOUTQNSD, FIONBIO = 0x541B, 0x5411, 0x8905, 0x894B, 0x5421
_libc = ctypes.CDLL(None, use_errno=True)


def say(*words):
    print(*words, flush=True)


def shown(value):
    if isinstance(value, socket):
        return "a socket"
    if isinstance(value, tuple) and len(value) == 2 and isinstance(value[0], str) and isinstance(value[1], int):
        return f"{value[0]}:{value[1] if value[1] < 32768 else '*'}"
    if isinstance(value, tuple):
        return "(" + ", ".join(str(shown(v)) for v in value) + ")"
    if isinstance(value, bytes) and len(value) > 40:
        return f"{len(value)} bytes"
    return value


def name_of(error):
    if isinstance(error, timeout) and error.errno is None:
        return "python waited in vain"
    return "EOPNOTSUPP" if error.errno == errno.EOPNOTSUPP else errno.errorcode.get(error.errno, str(error))


def attempt(what, f, *args):
    """Says what came of f(*args): its value or its errno. Returns the value."""
    try:
        value = f(*args)
    except OSError as e:
        return say(what, "->", name_of(e))
    say(what, "->", shown(value))
    return value


def pause(seconds=0.12):
    """Long enough for what was sent to arrive."""
    time.sleep(seconds)


def tcp(blocking=True):
    s = socket(AF_INET, SOCK_STREAM)
    s.setblocking(blocking)
    return s


def listener(address=HERE, port=0, backlog=8, **options):
    s = tcp()
    for name, value in options.items():
        s.setsockopt(SOL_SOCKET, globals()[name], value)
    s.bind((address, port))
    s.listen(backlog)
    return s


def joined(address=HERE):
    """Two ends of a connection on loopback: who connected, who accepted."""
    with listener(address) as l:
        c = tcp()
        c.connect(l.getsockname())
        return c, l.accept()[0]


def state(s):
    return STATES[s.getsockopt(IPPROTO_TCP, TCP_INFO, 1)[0]]


def events(mask):
    return " ".join(n for n, bit in EVENTS if mask & bit) or "nothing"


def polled(s, asked=ASKED, wait=0):
    p = select.poll()
    p.register(s, asked)
    got = p.poll(wait)
    return events(got[0][1]) if got else "nothing"


def inq(s, request=SIOCINQ):
    from fcntl import ioctl
    return struct.unpack("i", ioctl(s.fileno(), request, b"\0\0\0\0"))[0]


def option(s, level, name):
    """What getsockopt gives: a number, or bytes where it is not four bytes long."""
    raw = s.getsockopt(level, name, 256)
    return struct.unpack("i", raw)[0] if len(raw) == 4 else raw


def received(s, count):
    """Exactly count bytes, or fewer if the peer ended."""
    got = b""
    while len(got) < count:
        more = s.recv(min(count - len(got), 1 << 20))
        if not more:
            break
        got += more
    return got


@contextmanager
def inside(name):
    """What is made in here belongs to another namespace, named as with ip-netns(8)."""
    before = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    there = os.open("/run/netns/" + name, os.O_RDONLY)
    try:
        if _libc.setns(there, 0x40000000):
            raise OSError(ctypes.get_errno(), "setns")
        yield
    finally:
        _libc.setns(before, 0x40000000)
        os.close(before)
        os.close(there)


def table(path="/proc/net/tcp"):
    """Local and remote address and state of each socket, sorted."""
    def name(text):
        address, port = text.split(":")
        return shown((inet_ntoa(struct.pack("=I", int(address, 16))), int(port, 16)))
    with open(path) as f:
        lines = [l.split() for l in f.readlines()[1:]]
    return sorted(f"{name(l[1])} {name(l[2])} {STATES[int(l[3], 16)]}" for l in lines)


def counters(path, group):
    with open(path) as f:
        rows = [l.split() for l in f if l.startswith(group + ":")]
    return dict(zip(rows[0][1:], map(int, rows[1][1:])))
