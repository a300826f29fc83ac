# MSG_FASTOPEN with names that connect(2) would not take: short, empty, of no family, of another; and with tcp_fastopen 0.
. "${0%/*}/../lib.sh"
joined_pair
py a <<'P'
import ctypes, errno
from sockets import *
libc = ctypes.CDLL(None, use_errno=True)
l = listener(port=7000)
name = struct.pack("=HH4s8x", 2, htons(7000), inet_aton(HERE))
for mode in "1", "0":
    open("/proc/sys/net/ipv4/tcp_fastopen", "w").write(mode)
    for family in AF_INET, AF_INET6:
        for what, n in ("a byte", b"\2"), ("a family", name[:2]), ("short", name[:8]), ("empty", b""), ("nobody", bytes(2)), ("nobody, whole", bytes(2) + name[2:]), ("unknown", b"\x63" + name[1:]):
            s = socket(family, SOCK_STREAM); ctypes.set_errno(0)
            say(mode, int(family), what, libc.sendto(s.fileno(), b"x", 1, 0x20004000, n, len(n)), errno.errorcode.get(ctypes.get_errno())); s.close()
P
