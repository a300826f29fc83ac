# Abstract names of UNIX sockets belong to a network namespace (unix(7)); all else of them is native.
[ -z "${HARDENED-}" ] || { echo PASS; exit 0; }  # there they are the host's (docs/compatibility.md)
cat > names.py <<'END'
import array, ctypes, errno, os, socket, struct, sys, time
libc = ctypes.CDLL(None, use_errno=True)
STREAM, DGRAM, SEQ = socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_SEQPACKET
def sock(kind): return socket.socket(socket.AF_UNIX, kind)
def check(what, text):
    if not what: print("wrong:", text); sys.exit(1)
def refused(f, *args, want=errno.ECONNREFUSED):
    try: f(*args)
    except OSError as e: return e.errno == want
    return False
def elsewhere(f):
    """f() in a process of another network namespace."""
    return child(lambda: (libc.unshare(0x40000000), f()))
def child(f):
    pid = os.fork()
    if pid == 0:
        try: f()
        except BaseException as e: print("child:", repr(e)); os._exit(1)
        os._exit(0)
    return pid
def ended(pid, text): check(os.waitpid(pid, 0)[1] == 0, text)
def peer(s): return struct.unpack("3i", s.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))

for kind in (STREAM, SEQ):
    for name in ("\0service", "\0" + "n" * 107, "\0", "\0a\0b/#"):
        raw = name.encode()
        server = sock(kind); server.bind(name); server.listen()
        check(server.getsockname() == raw, f"own name {server.getsockname()}")
        check(refused(sock(kind).bind, name, want=errno.EADDRINUSE), "the name is in use")
        check(refused(server.bind, "\0other", want=errno.EINVAL), "bound twice")
        client = sock(kind); client.connect(name)
        check(client.getpeername() == raw and client.getsockname() in ("", b""), "names of the client")
        one, _ = server.accept()
        check(one.getsockname() == raw, "name of the accepted one")
        check(peer(client)[0] == os.getpid() and peer(one)[0] == os.getpid(), f"credentials {peer(one)}")
        client.send(b"x"); check(one.recv(9) == b"x", "data")
        pid = child(lambda: (lambda c: (c.connect(name), c.recv(1)))(sock(kind)))
        two, _ = server.accept()
        check(peer(two) == (pid, *peer(one)[1:]), f"credentials of the child {peer(two)} {pid}")
        two.send(b"y"); ended(pid, "client in a child")
        def other():
            check(refused(sock(kind).connect, name), "it is not there in another namespace")
            mine = sock(kind); mine.bind(name); mine.listen(); c = sock(kind); c.connect(name)
            check(c.getpeername() == raw, "own one of another namespace")
        ended(elsewhere(other), "another namespace")
        server.close(); one.close(); two.close(); client.close()
        check(refused(sock(kind).connect, name), "closed")

# Nobody listens yet, and a listener whose queue is full.
server = sock(STREAM); server.bind("\0full")
check(refused(sock(STREAM).connect, "\0full"), "bound, not listening")
server.listen(0)
first = sock(STREAM); first.connect("\0full")
late = sock(STREAM); late.setblocking(False)
check(refused(late.connect, "\0full", want=errno.EAGAIN), "full")
def waits():
    c = sock(STREAM); c.connect("\0full"); c.send(b"at last")
pid = child(waits)
time.sleep(0.2)
check(os.waitpid(pid, os.WNOHANG) == (0, 0), "connect waits")
server.accept()[0].close()
check(server.accept()[0].recv(20) == b"at last", "connected when there was room")
ended(pid, "who waited")
timed = sock(STREAM); timed.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", 0, 100000))
first2 = sock(STREAM); first2.connect("\0full")
check(refused(timed.connect, "\0full", want=errno.EAGAIN), "time limit of connect")

# Datagrams: senders are told by their names.
a, b = sock(DGRAM), sock(DGRAM)
a.bind("\0a"); b.bind("\0b")
check(b.sendto(b"hello", "\0a") == 5, "sendto")
check(a.recvfrom(20) == (b"hello", b"\0b"), "recvfrom")
check(b.sendmsg([b"he", b"llo"], [], 0, "\0a") == 5, "sendmsg")
data, anc, flags, who = a.recvmsg(3, 100)
check((data, anc, flags, who) == (b"hel", [], socket.MSG_TRUNC, b"\0b"), f"recvmsg {data} {anc} {flags} {who}")
r, w = os.pipe()
b.sendmsg([b"fd"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [w]))], 0, "\0a")
data, anc, flags, who = a.recvmsg(9, socket.CMSG_SPACE(4))
got = struct.unpack("i", anc[0][2])[0]
os.write(got, b"through"); check(os.read(r, 9) == b"through" and who == b"\0b", "a descriptor passed")
b.sendto(b"peek", "\0a")
check(a.recvfrom(9, socket.MSG_PEEK) == (b"peek", b"\0b") == a.recvfrom(9), "peek")
a.setblocking(False); check(refused(a.recvfrom, 9, want=errno.EAGAIN), "nothing there"); a.setblocking(True)
pid = child(lambda: (time.sleep(0.2), b.sendto(b"later", "\0a")))
check(a.recvfrom(9) == (b"later", b"\0b"), "recvfrom waits"); ended(pid, "late sender")
b.connect("\0a"); b.send(b"connected"); check(a.recvfrom(20) == (b"connected", b"\0b") and b.getpeername() == b"\0a", "connected")
check(refused(sock(DGRAM).sendto, b"x", "\0nobody"), "nobody")
nameless = sock(DGRAM); nameless.sendto(b"who", "\0a"); check(a.recvfrom(9)[1] in (None, "", b""), "a sender without a name")
ended(elsewhere(lambda: check(refused(sock(DGRAM).sendto, b"x", "\0a"), "not in another namespace")), "datagrams elsewhere")

# Autobind.
auto = sock(DGRAM)
check(libc.bind(auto.fileno(), struct.pack("H", 1), 2) == 0, "autobind")
name = auto.getsockname()
check(len(name) == 6 and name[0] == 0 and all(c in b"0123456789abcdef" for c in name[1:]), f"automatic name {name}")
check(libc.bind(auto.fileno(), struct.pack("H", 1), 2) == 0 and auto.getsockname() == name, "once")
a.sendto(b"to auto", name); check(auto.recvfrom(9) == (b"to auto", b"\0a"), "sent to an automatic name")
auto.sendto(b"back", "\0a"); check(a.recvfrom(9) == (b"back", name), "from an automatic name")
creds = sock(DGRAM); creds.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
creds.sendto(b"implicit", "\0a"); data, who = a.recvfrom(20)
a.sendto(b"reply", who); check(creds.recv(9) == b"reply", "a name that the kernel chose")

# Names of files are for all.
path = os.path.realpath("sock"); server = sock(STREAM); server.bind(path); server.listen()
pid = elsewhere(lambda: sock(STREAM).connect(path)); server.accept(); ended(pid, "a file's name in another namespace")
x, y = socket.socketpair(); x.send(b"z"); check(y.recv(1) == b"z" and peer(y)[0] == os.getpid(), "socketpair")
y.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
def told(): return [struct.unpack("3i", data) for level, kind, data in y.recvmsg(9, 100)[1] if kind == socket.SCM_CREDENTIALS]
x.send(b"z"); check(told() == [peer(x)], "credentials that nobody gave")
x.sendmsg([b"z"], [(socket.SOL_SOCKET, socket.SCM_CREDENTIALS, struct.pack("3i", *peer(x)))]); check(told() == [peer(x)], "credentials that were given")
pid = child(lambda: x.send(b"z")); ended(pid, "a child sends"); check(told() == [(pid, *peer(x)[1:])], "credentials of a child")
print("PASS")
END
exec python3 names.py
