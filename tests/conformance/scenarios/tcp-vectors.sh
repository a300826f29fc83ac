# sendmsg, recvmsg, readv, writev, sendmmsg and recvmmsg on a stream.
. "${0%/*}/../lib.sh"
ip link set lo up
py <<'P'
from sockets import *
c, d = joined(); say(c.sendmsg([b"one", b"", b"two", b"three"]), os.writev(c.fileno(), [b"-", b"four"])); pause(); parts = [bytearray(2), bytearray(0), bytearray(7)]; say(os.readv(d.fileno(), parts), parts); say(d.recvmsg(100)); attempt("no bytes", c.sendmsg, [])
attempt("ancillary data of another family", c.sendmsg, [b"x"], [(SOL_SOCKET, SCM_RIGHTS, struct.pack("i", 0))]); attempt("more", c.send, b"y"); pause(); attempt("what came", d.recv, 100)
libc = ctypes.CDLL(None, use_errno=True)
class iovec(ctypes.Structure): _fields_ = [("base", ctypes.c_char_p), ("len", ctypes.c_size_t)]
class msghdr(ctypes.Structure): _fields_ = [("name", ctypes.c_void_p), ("namelen", ctypes.c_uint), ("iov", ctypes.POINTER(iovec)), ("iovlen", ctypes.c_size_t), ("control", ctypes.c_void_p), ("controllen", ctypes.c_size_t), ("flags", ctypes.c_int)]
class mmsghdr(ctypes.Structure): _fields_ = [("hdr", msghdr), ("len", ctypes.c_uint)]
def many(texts): v = (mmsghdr * len(texts))(); keep = [iovec(t, len(t)) for t in texts]; [(setattr(m.hdr, "iov", ctypes.pointer(k)), setattr(m.hdr, "iovlen", 1)) for m, k in zip(v, keep)]; return v, keep
v, keep = many([b"ab", b"cde", b"f"]); say("sendmmsg", libc.sendmmsg(c.fileno(), v, 3, 0), [m.len for m in v]); pause(); v, keep = many([b"....", b"....", b"...."]); say("recvmmsg", libc.recvmmsg(d.fileno(), v, 3, MSG_DONTWAIT, None), [m.len for m in v])
P
