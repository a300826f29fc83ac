"""Each call and each way of waiting, on sockets in each state: what the matrices of streams and of datagrams share."""
from sockets import *

_pipes = []
signal.signal(signal.SIGPIPE, lambda *_: _pipes.append(1))
_file = os.memfd_create("file")
os.write(_file, b"from a file")
kept = []  # the other ends, for as long as a state is tried


def _into_pipe(fd):
    r, w = os.pipe()
    return os.splice(fd, w, 9)


def _from_pipe(fd):
    r, w = os.pipe()
    os.write(w, b"piped")
    return os.splice(r, fd, 9)


def _selected(fd):
    return "".join(n for n, l in zip("rwx", select.select([fd], [fd], [fd], 0)) if l) or "none"


def _epolled(fd, how):
    with select.epoll() as p:
        p.register(fd, ASKED | how)
        return [events(e) for _, e in p.poll(0)]


def calls(text, outq=False):
    """By name, what is done with a socket and its descriptor; `text` is what is written."""
    out = {
        "read": lambda s, fd: os.read(fd, 9),
        "readv": lambda s, fd: os.readv(fd, [bytearray(9)]),
        "recv": lambda s, fd: s.recv(9),
        "recvmsg": lambda s, fd: s.recvmsg(9)[0],
        "splice in": lambda s, fd: _into_pipe(fd),
        "write": lambda s, fd: os.write(fd, text),
        "writev": lambda s, fd: os.writev(fd, [text, b"y"]),
        "send": lambda s, fd: s.send(text),
        "sendmsg": lambda s, fd: s.sendmsg([text]),
        "sendfile": lambda s, fd: os.sendfile(fd, _file, 0, 9),
        "splice out": lambda s, fd: _from_pipe(fd),
        "poll": lambda s, fd: polled(s),
        "select": lambda s, fd: _selected(fd),
        "epoll": lambda s, fd: _epolled(fd, 0),
        "epoll edge": lambda s, fd: _epolled(fd, select.EPOLLET),
        "FIONREAD": lambda s, fd: inq(s),
    }
    if outq:
        out["OUTQ"] = lambda s, fd: inq(s, SIOCOUTQ)
    out["SO_ERROR"] = lambda s, fd: s.getsockopt(SOL_SOCKET, SO_ERROR)
    return out


def try_all(states, calls):
    """Each call on a socket of its own; `states`: by name, what makes one."""
    for state_name, make in states.items():
        sockets = {name: make() for name in calls}
        pause()
        for name, call in calls.items():
            s = sockets[name]
            s.setblocking(False)
            _pipes.clear()
            try:
                came = call(s, s.fileno())
            except OSError as e:
                came = name_of(e)
            say(f"{state_name}: {name} ->", shown(came), *["SIGPIPE"] * bool(_pipes))
        kept.clear()
