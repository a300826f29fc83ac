# MSG_PEEK, MSG_TRUNC, MSG_DONTWAIT, MSG_WAITALL, MSG_CONFIRM, SO_PEEK_OFF, sendmmsg, recvmmsg with time-outs, shutdown.
. "${0%/*}/../lib.sh"
joined_pair
py a <<'P'
from sockets import *
libc = ctypes.CDLL(None, use_errno=True)
SO_PEEK_OFF, MSG_CONFIRM, MSG_WAITFORONE = 42, 0x800, 0x10000
def udp(): s = socket(AF_INET, SOCK_DGRAM); s.setsockopt(SOL_SOCKET, SO_RCVTIMEO, struct.pack("qq", 1, 0)); return s
r, c = udp(), udp(); r.bind((HERE, 7000)); c.bind((HERE, 7001)); c.connect((HERE, 7000))
c.send(b"0123456789"); c.send(b"second")
size = lambda *a: libc.recv(r.fileno(), ctypes.create_string_buffer(100), *a)
say(r.recv(4, MSG_PEEK), size(4, MSG_PEEK | MSG_TRUNC), r.recvmsg(4, 0, MSG_PEEK)[::2], size(4, MSG_TRUNC), r.recv(100, MSG_WAITALL))
attempt("nothing", r.recv, 4, MSG_DONTWAIT); attempt("peek", r.recv, 4, MSG_DONTWAIT | MSG_PEEK); attempt("oob", r.recv, 4, MSG_OOB); attempt("send oob", c.send, b"x", MSG_OOB); attempt("confirm", c.send, b"y", MSG_CONFIRM); say(r.recv(9)); attempt("nosignal, eor", c.send, b"z", MSG_NOSIGNAL | MSG_EOR); say(r.recv(9)); attempt("probe", c.send, b"z", 0x10); attempt("fastopen", c.send, b"z", 0x20000000); say(r.recv(9, MSG_DONTWAIT) if polled(r, select.POLLIN) != "nothing" else "nothing")
say("zero length", c.send(b""), polled(r), inq(r), r.recv(5)); attempt("after", r.recv, 5, MSG_DONTWAIT)
c.send(b"abc"); c.send(b"defgh"); pause(0.05); say(r.recv(0), r.recv(0)); 
say("# SO_PEEK_OFF")
say(r.getsockopt(SOL_SOCKET, SO_PEEK_OFF)); attempt("set", r.setsockopt, SOL_SOCKET, SO_PEEK_OFF, 2); attempt("get", r.getsockopt, SOL_SOCKET, SO_PEEK_OFF)
c.send(b"0123456789"); c.send(b"abcdef"); pause(0.05)
for n in (3, 3, 9, 3, 9, 3): attempt("peek", r.recv, n, MSG_PEEK | MSG_DONTWAIT); say(r.getsockopt(SOL_SOCKET, SO_PEEK_OFF))
attempt("set 4", r.setsockopt, SOL_SOCKET, SO_PEEK_OFF, 4); attempt("peek", r.recv, 9, MSG_PEEK); attempt("read", r.recv, 9); attempt("off", r.getsockopt, SOL_SOCKET, SO_PEEK_OFF); attempt("peek", r.recv, 9, MSG_PEEK); attempt("read", r.recv, 9); attempt("off", r.setsockopt, SOL_SOCKET, SO_PEEK_OFF, -1); attempt("nothing", r.recv, 9, MSG_DONTWAIT)
say("# many messages")
def mmsg(bufs, controls=0):
    keep = [ctypes.create_string_buffer(b, max(len(b), 1)) for b in bufs]
    iovs = [ctypes.create_string_buffer(struct.pack("QQ", ctypes.addressof(k), len(b)), 16) for k, b in zip(keep, bufs)]
    arr = ctypes.create_string_buffer(b"".join(struct.pack("QIxxxxQQQQixxxxIxxxx", 0, 0, ctypes.addressof(v), 1, 0, 0, 0, 0) for v in iovs), 64 * len(bufs))
    return arr, keep, iovs
def lengths(arr, n): return [struct.unpack_from("I", arr, 64 * i + 56)[0] for i in range(n)]
def recvmmsg(s, n, flags=0, wait=None):
    arr, keep, iovs = mmsg([bytes(8)] * n)
    ts = ctypes.create_string_buffer(struct.pack("qq", int(wait), int(wait % 1 * 1e9)), 16) if wait is not None else None
    t0 = time.time(); got = libc.recvmmsg(s.fileno(), arr, n, flags, ts); took = time.time() - t0
    if got < 0: return name_of(OSError(ctypes.get_errno(), "")), round(took, 1)
    left = struct.unpack("qq", ts.raw) if ts else None
    return got, lengths(arr, got), [keep[i].raw[:struct.unpack_from("I", arr, 64 * i + 56)[0]] for i in range(got)], round(took, 1), None if left is None else round(left[0] + left[1] / 1e9, 1)
arr, *_k = mmsg([b"one", b"", b"three"]); say(libc.sendmmsg(c.fileno(), arr, 3, 0), lengths(arr, 3)); pause(0.05)
say(recvmmsg(r, 8, MSG_DONTWAIT)); say(recvmmsg(r, 8, MSG_DONTWAIT)); r.setblocking(True)
c.send(b"x"); c.send(b"y"); pause(0.05); say(recvmmsg(r, 5, MSG_WAITFORONE))
r.settimeout(None); r.setsockopt(SOL_SOCKET, SO_RCVTIMEO, struct.pack("qq", 0, 300000)); say(recvmmsg(r, 2)); c.send(b"z"); say(recvmmsg(r, 2))
c.send(b"z"); say("time-out passed at the next message", recvmmsg(r, 4, 0, 0.1)[:3]); say("bad", recvmmsg(r, 4, 0, -1)); say("none", recvmmsg(r, 0)); 
for n in range(3): c.send(b"%d" % n)
say("time-out 0", recvmmsg(r, 4, 0, 0.0)[:3]); r.settimeout(0.2)
while polled(r, select.POLLIN) != "nothing": r.recv(9)
nobody = udp(); nobody.connect((HERE, 7555)); arr, *_k = mmsg([b"one", b"two", b"three"]); say("refused in between", libc.sendmmsg(nobody.fileno(), arr, 3, 0)); arr, *_k = mmsg([b"one", b"two"]); say(libc.sendmmsg(nobody.fileno(), arr, 2, 0))
say("# shutdown")
attempt("not connected", udp().shutdown, SHUT_RDWR); d = udp(); d.connect((HERE, 7000)); attempt("read", d.shutdown, SHUT_RD); attempt("recv", d.recv, 9); attempt("write", d.shutdown, SHUT_WR); attempt("send", d.send, b"x"); attempt("sendto", d.sendto, b"x", (HERE, 7000)); attempt("bad", d.shutdown, 7)
say("# time-outs")
e = udp(); e.settimeout(None); e.setsockopt(SOL_SOCKET, SO_RCVTIMEO, struct.pack("qq", 0, 200000)); t0 = time.time(); attempt("recv", e.recv, 9); say(0.15 < time.time() - t0 < 0.6)
attempt("bad micro", e.setsockopt, SOL_SOCKET, SO_RCVTIMEO, struct.pack("qq", 0, 1000000)); attempt("negative", e.setsockopt, SOL_SOCKET, SO_RCVTIMEO, struct.pack("qq", -1, 0)); say(struct.unpack("qq", e.getsockopt(SOL_SOCKET, SO_RCVTIMEO, 16)))
P
