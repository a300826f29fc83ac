# Addresses of other families, too short or too long.
. "${0%/*}/../lib.sh"
ip link set lo up
py <<'P'
from sockets import *
libc = ctypes.CDLL(None, use_errno=True)
def call(f, s, data, size=None):
    if f(s.fileno(), data, len(data) if size is None else size) < 0: raise OSError(ctypes.get_errno(), "")
    return 0
good = struct.pack("=HH4s8x", AF_INET, htons(7000), inet_aton(HERE))
s = listener(port=7000)
for what, f in (("connect", libc.connect), ("bind", libc.bind)):
    for how, data in (("inet6", struct.pack("=HHI16sI", AF_INET6, htons(7000), 0, bytes(16), 0)), ("unix", struct.pack("=H14s", AF_UNIX, b"/x")), ("family 99", struct.pack("=H14x", 99)), ("short", good[:15]), ("of 8", good[:8]), ("of 2", good[:2]), ("of 1", good[:1]), ("of 0", b""), ("long", good + bytes(20)), ("of 128", good + bytes(112)), ("of 129", good + bytes(113))):
        attempt(f"{what} {how}", call, f, tcp(), data)
    attempt(what + " negative", call, f, tcp(), good, -1)
u = struct.pack("=HH4s8x", AF_UNSPEC, htons(7004), inet_aton("0.0.0.0")); attempt("bind AF_UNSPEC, any", call, libc.bind, tcp(), u)
u = struct.pack("=HH4s8x", AF_UNSPEC, htons(7005), inet_aton(HERE)); attempt("bind AF_UNSPEC, address", call, libc.bind, tcp(), u)
libc.connect.argtypes = [ctypes.c_int, ctypes.c_void_p, ctypes.c_int]
attempt("bad pointer", call, lambda fd, p, n: libc.connect(fd, 8, 16), tcp(), b"")
def name(size, call=libc.getsockname):
    buf, n = ctypes.create_string_buffer(b"\xee" * 16, 16), ctypes.c_int(size)
    if call(s.fileno(), buf, ctypes.byref(n)): raise OSError(ctypes.get_errno(), "")
    return buf.raw.hex(), n.value
for n in (16, 100, 7, 2, 0, -1): attempt(f"getsockname into {n}", name, n)
P
