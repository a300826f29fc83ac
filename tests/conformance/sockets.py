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


class _Part(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("len", ctypes.c_size_t)]


class _Header(ctypes.Structure):
    _fields_ = [("name", ctypes.c_void_p), ("namelen", ctypes.c_int), ("iov", ctypes.c_void_p), ("iovlen", ctypes.c_size_t), ("control", ctypes.c_void_p),
                ("controllen", ctypes.c_size_t), ("flags", ctypes.c_int)]


class _Message(ctypes.Structure):
    _fields_ = [("hdr", _Header), ("len", ctypes.c_uint)]


class Messages:
    """An array of struct mmsghdr, whose fields a scenario may spoil."""

    def __init__(self, texts):
        self.array = (_Message * max(len(texts), 1))()
        self.count = len(texts)
        self.keep = []
        self.buffers = [ctypes.create_string_buffer(t, max(len(t), 1)) for t in texts]
        for i, text in enumerate(texts):
            self.parts(i, [(ctypes.addressof(self.buffers[i]), len(text))])

    def __getitem__(self, i):
        return self.array[i]

    def set(self, i, **fields):
        for name, value in fields.items():
            setattr(self.array[i].hdr, name, value)

    def parts(self, i, parts):
        """The parts of message i: addresses and lengths."""
        vector = (_Part * max(len(parts), 1))(*[_Part(*p) for p in parts])
        self.keep.append(vector)
        self.set(i, iov=ctypes.addressof(vector), iovlen=len(parts))

    def vector(self, i, lengths):
        self.parts(i, [(ctypes.addressof(self.buffers[i]), n) for n in lengths])

    def base(self, i, address):
        self.parts(i, [(address, 4)])

    def name(self, i, name):
        self.keep.append(ctypes.create_string_buffer(name, len(name)))
        self.set(i, name=ctypes.addressof(self.keep[-1]), namelen=len(name))

    def control(self, i, data):
        self.keep.append(ctypes.create_string_buffer(data, len(data)))
        self.set(i, control=ctypes.addressof(self.keep[-1]), controllen=len(data))

    def texts(self):
        return [b.raw for b in self.buffers]


def messages(*texts):
    return Messages(texts)


def lengths(m, count):
    return [m[i].len for i in range(count)]


def _result(n):
    if n < 0:
        raise OSError(ctypes.get_errno(), "")
    return n


def _at(m):
    return ctypes.c_void_p(m) if isinstance(m, int) else m.array


def sendmmsg(s, m, flags=0):
    return _result(_libc.sendmmsg(s.fileno(), m.array, m.count, flags))


def recvmmsg(s, m, flags=0, wait=None):
    """`wait`: seconds and nanoseconds."""
    return _result(_libc.recvmmsg(s.fileno(), m.array, m.count, flags, wait and (ctypes.c_long * 2)(*wait)))


def sendmsg(s, m, flags=0):
    """The first one alone; `m` may be an address."""
    return _result(_libc.sendmsg(s.fileno(), _at(m), flags))


def recvmsg(s, m, flags=0):
    return _result(_libc.recvmsg(s.fileno(), _at(m), flags))


def sendto(s, data, flags, name, namelen, length=None):
    """Data and name: bytes, or addresses."""
    as_is = lambda x: ctypes.c_void_p(x) if isinstance(x, int) else x
    length = len(data) if length is None else length
    return _result(_libc.sendto(s.fileno(), as_is(data), ctypes.c_size_t(length), flags, as_is(name), ctypes.c_int(namelen)))


_pages = []


def page_end(n):
    """The address of n bytes behind which there is no memory."""
    if not _pages:
        _libc.mmap.restype = ctypes.c_void_p
        at = _libc.mmap(None, ctypes.c_size_t(8192), 0, 0x22, -1, ctypes.c_long(0))
        _libc.mprotect(ctypes.c_void_p(at), ctypes.c_size_t(4096), 3)
        _pages.append(at + 4096)
    return _pages[0] - n
