# socket(): families, types, protocols and flags that are there or not.
. "${0%/*}/../lib.sh"
ip link set lo up
py <<'P'
from sockets import *
for f, t, p in ((AF_INET, SOCK_STREAM, 0), (AF_INET, SOCK_STREAM, 6), (AF_INET, SOCK_STREAM, 17), (AF_INET, SOCK_DGRAM, 0), (AF_INET, SOCK_DGRAM, 17), (AF_INET, SOCK_DGRAM, 6), (AF_INET, SOCK_RAW, 0), (AF_INET, SOCK_SEQPACKET, 0), (AF_INET, SOCK_RDM, 0), (AF_INET, 0, 0), (AF_INET, 11, 0), (AF_INET, SOCK_STREAM, 256), (AF_INET, SOCK_STREAM, -1), (AF_INET, SOCK_STREAM, 1000), (0, SOCK_STREAM, 0), (99, SOCK_STREAM, 0), (-2, SOCK_STREAM, 0), (AF_UNIX, SOCK_STREAM, 0), (AF_UNIX, SOCK_SEQPACKET, 0), (AF_UNIX, SOCK_STREAM, 6)):
    attempt(f"{int(f)} {int(t)} {p}", lambda: socket(f, t, p).family.name if f >= 0 else socket(f, t, p))
import fcntl
libc = ctypes.CDLL(None, use_errno=True)
for flags in (0, SOCK_CLOEXEC, SOCK_NONBLOCK, SOCK_CLOEXEC | SOCK_NONBLOCK, 0x10000): fd = libc.socket(2, 1 | flags, 0); say(hex(flags), errno.errorcode[ctypes.get_errno()] if fd < 0 else (fcntl.fcntl(fd, fcntl.F_GETFD), bool(fcntl.fcntl(fd, fcntl.F_GETFL) & os.O_NONBLOCK), fcntl.fcntl(fd, fcntl.F_GETFL) & 3))
attempt("socketpair", socketpair, AF_INET, SOCK_STREAM); import resource
resource.setrlimit(resource.RLIMIT_NOFILE, (20, 20)); held = []
try:
    while True: held.append(tcp())
except OSError as e: say("too many", name_of(e))
s = held.pop(); s.bind((HERE, 7000)); s.listen(); c = held.pop(); c.connect((HERE, 7000)); 
try:
    while True: held.append(os.open("/dev/null", 0))
except OSError: pass
attempt("accept without room", s.accept); held.pop().close(); attempt("the connection is still there", s.accept)
P
