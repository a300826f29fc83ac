# AF_NETLINK sockets: port ids, groups old and new, options, what peeking tells, protocols that are not there.
. "${0%/*}/../lib.sh"
py <<'PY'
import errno, os, socket, struct

SOL, ADD, DROP, PKTINFO, BROADCAST_ERROR, NO_ENOBUFS, LISTEN_ALL, LIST, CAP, EXT, STRICT = 270, 1, 2, 3, 4, 5, 8, 9, 10, 11, 12


def attempt(f, *args):
    try:
        return f(*args)
    except OSError as e:
        return errno.errorcode[e.errno]


def sock(protocol=0, kind=socket.SOCK_RAW):
    return socket.socket(socket.AF_NETLINK, kind, protocol)


def request(kind, flags, body, seq=7):
    return struct.pack("=IHHII", 16 + len(body), kind, flags | 1, seq, 0) + body


def whose(port):
    return "kernel" if port == 0 else "pid" if port == os.getpid() else "high half" if port >> 31 else port


print("# port ids")
a, b, c = sock(), sock(), sock()
print(a.getsockname())
print(attempt(a.bind, (0, 0)), whose(a.getsockname()[0]))
print(attempt(b.bind, (0, 0)), whose(b.getsockname()[0]))
print(attempt(c.bind, (77, 0)), whose(c.getsockname()[0]))
d = sock()
print("taken", attempt(d.bind, (77, 0)))
print("other id later", attempt(c.bind, (78, 0)), "same id", attempt(c.bind, (77, 0)), "any", attempt(c.bind, (0, 0)))
print("connect binds", attempt(d.connect, (0, 0)), whose(d.getsockname()[0]), d.getpeername())
e = sock()
print("send binds", attempt(e.send, request(18, 0, struct.pack("=BBHiII", 0, 0, 0, 1, 0, 0))), whose(e.getsockname()[0]))
c.close()
f = sock()
print("free again", attempt(f.bind, (77, 0)))

print("# bad addresses")
import ctypes
libc = ctypes.CDLL(None, use_errno=True)


def raw_bind(s, name):
    return "ok" if libc.bind(s.fileno(), name, len(name)) == 0 else errno.errorcode[ctypes.get_errno()]


g = sock()
print(raw_bind(g, struct.pack("=HHI", 16, 0, 0)), raw_bind(g, struct.pack("=HHII", 2, 0, 0, 0)), raw_bind(g, struct.pack("=HHIII", 16, 0, 0, 0, 0)))

print("# kinds and protocols")
for kind in (socket.SOCK_RAW, socket.SOCK_DGRAM, socket.SOCK_STREAM, socket.SOCK_SEQPACKET):
    print(kind, attempt(lambda: sock(0, kind).getsockopt(socket.SOL_SOCKET, socket.SO_TYPE)))
for protocol in (1, 32, 33, 255, -1):
    print(protocol, attempt(lambda: sock(protocol).getsockopt(socket.SOL_SOCKET, socket.SO_PROTOCOL)))

print("# groups")
m = sock()
m.bind((0, 0x11))
print(hex(m.getsockname()[1]), m.getsockopt(SOL, LIST, 8).hex())
m.setsockopt(SOL, ADD, 5)
m.setsockopt(SOL, ADD, 33)
print(hex(m.getsockname()[1]), m.getsockopt(SOL, LIST, 8).hex())
m.setsockopt(SOL, DROP, 1)
print(hex(m.getsockname()[1]), attempt(m.setsockopt, SOL, ADD, 0), attempt(m.setsockopt, SOL, ADD, 4000), attempt(m.setsockopt, SOL, DROP, 0))
print("bind again keeps the high ones", attempt(m.bind, (0, 0)), hex(m.getsockname()[1]))
print(m.getsockopt(SOL, LIST, 8).hex(), repr(sock().getsockopt(SOL, LIST, 8).hex()))

print("# options")
o = sock()
for name in (PKTINFO, BROADCAST_ERROR, NO_ENOBUFS, LISTEN_ALL, CAP, EXT, STRICT):
    before = o.getsockopt(SOL, name)
    o.setsockopt(SOL, name, 5)
    print(name, before, o.getsockopt(SOL, name), attempt(o.getsockopt, SOL, name, 2), attempt(o.setsockopt, SOL, name, b"\1"))
print(attempt(o.setsockopt, SOL, 99, 1), attempt(o.getsockopt, SOL, 99), attempt(o.getsockopt, SOL, ADD))
print(attempt(o.listen), attempt(o.accept), attempt(o.shutdown, 2))

print("# what is sent")
q = sock()
q.bind((0, 0))
q.setsockopt(SOL, EXT, 1)
print(attempt(q.send, b""), attempt(q.send, b"x"), attempt(q.send, bytes(15)), attempt(q.send, bytes(16)))
print("nothing came", attempt(q.recv, 100, socket.MSG_DONTWAIT))
print("too short a length", attempt(q.send, struct.pack("=IHHII", 4, 18, 5, 1, 0)), attempt(q.recv, 100, socket.MSG_DONTWAIT))
print("too long a length", attempt(q.send, struct.pack("=IHHII", 400, 18, 5, 1, 0)), attempt(q.recv, 100, socket.MSG_DONTWAIT))
for kind in (0, 1, 2, 3, 15):
    q.send(struct.pack("=IHHII", 16, kind, 5, 1, 0))
    print("control", kind, struct.unpack_from("=IHHI", q.recv(100))[1:], end=" ")
print()
q.send(struct.pack("=IHHII", 16, 1, 4, 1, 0))
print("no request", attempt(lambda: struct.unpack_from("=HHI", q.recv(100, socket.MSG_DONTWAIT), 4)))
two = request(18, 0, struct.pack("=BBHiII", 0, 0, 0, 1, 0, 0), 1) + request(18, 0, struct.pack("=BBHiII", 0, 0, 0, 99, 0, 0), 2)
q.send(two)
for _ in range(2):
    kind, flags, seq = struct.unpack_from("=HHI", q.recv(4000), 4)
    print("one by one", kind, flags, seq)
print("flags", attempt(q.send, two, socket.MSG_OOB), attempt(q.sendto, two, (0, 0)), attempt(q.recv, 10, socket.MSG_OOB))
while attempt(q.recv, 4000, socket.MSG_DONTWAIT) != "EAGAIN":
    pass

print("# what peeking tells")
q.send(request(18, 0, struct.pack("=BBHiII", 0, 0, 0, 99, 0, 0)))
print(len(q.recv(4, socket.MSG_PEEK)), len(q.recv(4000, socket.MSG_PEEK)))
buf = bytearray(4)
print(q.recv_into(buf, 4, socket.MSG_PEEK | socket.MSG_TRUNC), q.recvmsg(4, 0, socket.MSG_PEEK)[2:])
print(q.recvmsg(4)[2:], attempt(q.recv, 100, socket.MSG_DONTWAIT))

print("# from program to program")
x, y = sock(2), sock(2)
x.bind((1001, 0))
y.bind((1002, 0))
print(attempt(x.sendto, b"hello", (1002, 0)), y.recvfrom(100))
print("nobody", attempt(x.sendto, b"hello", (1003, 0)), "kernel", attempt(x.sendto, b"hello", (0, 0)))
y.setsockopt(SOL, ADD, 3)
y.setsockopt(SOL, PKTINFO, 1)
print(attempt(x.sendto, b"group", (0, 4)), y.recvmsg(100, 100)[:2])
x.connect((1002, 0))
print(x.getpeername(), attempt(x.send, b"connected"), y.recv(100))
y.connect((1003, 0))
print("hears its peer alone", attempt(x.send, b"lost"))

print("# too much for the buffer")
w, n = sock(), sock()
w.bind((0, 0))
w.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4000)
w.setsockopt(SOL, ADD, 1)
n.bind((0, 0))
n.setsockopt(SOL, ADD, 1)
n.setsockopt(SOL, NO_ENOBUFS, 1)
n.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4000)
for i in range(40):
    q.send(request(16, 4, struct.pack("=BBHiII", 0, 0, 0, 1, i & 1, 1)))
    q.recv(4000)
print("first", attempt(w.recv, 10, socket.MSG_DONTWAIT))
seen = 0
while not isinstance(attempt(w.recv, 4000, socket.MSG_DONTWAIT), str):
    seen += 1
print("then some", 0 < seen < 40)
q.send(request(16, 4, struct.pack("=BBHiII", 0, 0, 0, 1, 0, 1)))
q.recv(4000)
print("and again", len(attempt(w.recv, 4000, socket.MSG_DONTWAIT)) > 100)
print("without the error", len(attempt(n.recv, 4000, socket.MSG_DONTWAIT)) > 100)
PY
