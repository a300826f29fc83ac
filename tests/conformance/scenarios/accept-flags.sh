# accept4: flags, address, what the new descriptor has of the listener's.
. "${0%/*}/../lib.sh"
ip link set lo up
py <<'P'
from sockets import *
import fcntl
libc = ctypes.CDLL(None, use_errno=True); s = listener(port=7000)
def accept4(flags, address=True, size=16):
    c = tcp(); c.connect((HERE, 7000)); buf, n = ctypes.create_string_buffer(16), ctypes.c_int(size)
    fd = libc.accept4(s.fileno(), buf if address else None, ctypes.byref(n) if address else None, flags)
    if fd < 0: raise OSError(ctypes.get_errno(), "")
    got = (bool(fcntl.fcntl(fd, fcntl.F_GETFD) & 1), bool(fcntl.fcntl(fd, fcntl.F_GETFL) & os.O_NONBLOCK), n.value, buf.raw[:2].hex(), inet_ntoa(buf.raw[4:8])); os.close(fd); return got
for what, flags in (("none", 0), ("SOCK_CLOEXEC", SOCK_CLOEXEC), ("SOCK_NONBLOCK", SOCK_NONBLOCK), ("both", SOCK_CLOEXEC | SOCK_NONBLOCK), ("unknown", 1)): attempt(what, accept4, flags)
say("the unknown one's connection is still there", s.accept()[1][0]); attempt("no address", accept4, 0, False); attempt("small buffer", accept4, 0, True, 4)
fcntl.fcntl(s, fcntl.F_SETFL, os.O_NONBLOCK); attempt("a nonblocking listener's", accept4, 0); attempt("nobody there", s.accept)
r, _ = os.pipe(); attempt("not a socket", lambda: [ctypes.set_errno(0), libc.accept4(r, None, None, 0), errno.errorcode[ctypes.get_errno()]][2]); attempt("not open", lambda: [libc.accept4(999, None, None, 0), errno.errorcode[ctypes.get_errno()]][1]); u = socket(AF_INET, SOCK_DGRAM); attempt("UDP", lambda: u.accept())
P
