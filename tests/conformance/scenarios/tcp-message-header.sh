# Headers of messages and addresses that are wrong, on streams; and what a signal leaves of a recv that looks and waits.
. "${0%/*}/../lib.sh"
ip link set lo up
py <<'P'
from sockets import *
signal.signal(signal.SIGPIPE, signal.SIG_IGN)
libc = ctypes.CDLL(None, use_errno=True)
c, d = joined(); d.setblocking(False)
def arrived(): pause(0.03); attempt("  came", d.recv, 99)
def cmsg(level, kind, data=b"\0\0\0\0", length=None): return struct.pack("Qii", 16 + len(data) if length is None else length, level, kind) + data.ljust(-len(data) % 8 + len(data), b"\0")
say("# control messages")
for what, data in (("rights", cmsg(1, SCM_RIGHTS)), ("rights of nothing", cmsg(1, SCM_RIGHTS, b"\xff\xff\xff\x7f")), ("credentials", cmsg(1, 2, bytes(12))), ("unknown", cmsg(1, 77)), ("other level", cmsg(41, 50)), ("of IP", cmsg(0, 8)), ("mark", cmsg(1, 36)), ("short mark", cmsg(1, 36, b"\0")), ("too short", cmsg(99, 1, length=3)), ("too long", cmsg(99, 1, length=99)), ("empty", cmsg(99, 1, b"")), ("stub", b"12345678"), ("two", cmsg(99, 1) + cmsg(1, 77)), ("much", cmsg(99, 1, bytes(3000)))):
    m = messages(b"text"); m.control(0, data); attempt(what, sendmsg, c, m); arrived()
m = messages(b"text"); m.set(0, control=1, controllen=24); attempt("bad pointer", sendmsg, c, m); m.set(0, controllen=1 << 30); attempt("huge", sendmsg, c, m); m.set(0, control=None, controllen=24); attempt("none", sendmsg, c, m); arrived()
for s, what in ((tcp(), "fresh"), (listener(), "listening")): m = messages(b"x"); m.control(0, cmsg(1, 77)); attempt(what, sendmsg, s, m)
c.shutdown(SHUT_WR); m = messages(b"x"); m.control(0, cmsg(1, 77)); attempt("after shutdown", sendmsg, c, m)
say("# names")
c, d = joined(); d.setblocking(False)
for what, at, n in (("any", b"\2\0\0\1\x7f\0\0\1" + bytes(8), 16), ("short", bytes(4), 4), ("none", bytes(4), 0), ("negative", bytes(4), -1), ("long", bytes(200), 200)):
    attempt(f"sendto {what}", sendto, c, b"text", 0, at, n); m = messages(b"text"); m.name(0, at); m.set(0, namelen=n); attempt(f"sendmsg {what}", sendmsg, c, m); arrived()
for n in (1025, 1 << 40): m = messages(b"x"); m.set(0, iovlen=n); attempt(f"sendmsg of {n} parts", sendmsg, c, m); attempt(f"recvmsg of {n} parts", recvmsg, d, m)
m = messages(b"x"); m.set(0, iov=1); attempt("bad vector", sendmsg, c, m); attempt("bad vector", recvmsg, d, m); attempt("bad header", sendmsg, c, 1); attempt("bad header", recvmsg, d, 1)
place = ctypes.create_string_buffer(200); at = ctypes.addressof(place)
for flags in (0, MSG_PEEK, MSG_TRUNC):
    for what, name, n in (("no name", None, 77), ("no name", None, -1), ("name", at, 77), ("name", at, 0), ("name", at, -1), ("bad name", 1, 16)):
        c.send(b"text"); pause(0.02); m = messages(bytes(9)); m.set(0, name=name, namelen=n, controllen=0, flags=77); got = attempt(f"recvmsg {flags:#x} {what} of {n}", recvmsg, d, m, flags); got is None or say("  namelen", m[0].hdr.namelen, "flags", hex(m[0].hdr.flags))
        try: d.recv(99)
        except OSError: pass
say("# looking and waiting")
for restart in (False, True):
    signal.signal(signal.SIGALRM, lambda *_: say("signal")); signal.siginterrupt(signal.SIGALRM, not restart)
    for what, text in (("something", b"ab"), ("nothing yet", b"")):
        if not text and restart: continue  # it would wait for ever
        c, d = joined(); c.send(text); pause(0.02); b = ctypes.create_string_buffer(10); signal.setitimer(signal.ITIMER_REAL, 0.2)
        n = libc.recv(d.fileno(), b, 10, MSG_PEEK | MSG_WAITALL); say(what, n if n >= 0 else name_of(OSError(ctypes.get_errno(), "")), b.raw[:2]); signal.setitimer(signal.ITIMER_REAL, 0)
        if not text: continue
        m = messages(bytes(9)); m.set(0, flags=77, controllen=0); signal.setitimer(signal.ITIMER_REAL, 0.2)
        say(what, "recvmsg", recvmsg(d, m, MSG_PEEK | MSG_WAITALL), m.texts()[0][:2], hex(m[0].hdr.flags)); signal.setitimer(signal.ITIMER_REAL, 0); d.send(b"back"); say(c.recv(9), d.recv(9))
c, d = joined(); c.send(b"ab"); pause(0.02); d.setsockopt(SOL_SOCKET, SO_RCVTIMEO, struct.pack("ll", 0, 200000)); attempt("time-out", d.recv, 10, MSG_PEEK | MSG_WAITALL); attempt("all", d.recv, 2, MSG_PEEK | MSG_WAITALL); c.close(); attempt("end", d.recv, 10, MSG_PEEK | MSG_WAITALL)
say("# the address of who is accepted")
def accepting(l, a, n, length_at=None):
    x = ctypes.c_int(n); k = libc.accept(l.fileno(), ctypes.c_void_p(a), ctypes.c_void_p(length_at) if length_at is not None else ctypes.byref(x))
    if k < 0: raise OSError(ctypes.get_errno(), "")
    os.close(k); return x.value
for what, a, n, p in (("bad address", 1, 16, None), ("bad length", at, 16, 1), ("no length", at, 16, 0), ("negative length", at, -1, None), ("length of 0", at, 0, None), ("bad address, length of 0", 1, 0, None), ("short", at, 4, None), ("long", at, 99, None)):
    l = listener(); c = tcp(); c.connect(l.getsockname()); attempt(what, accepting, l, a, n, p); l.setblocking(False); attempt("  then", l.accept); pause(0.02); c.setblocking(False); attempt("  the peer reads", c.recv, 9); say(" ", state(c), polled(l, select.POLLIN))
P
