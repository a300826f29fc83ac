# Packet sockets: every option by number, length and value; what SOL_SOCKET says of them.
. "${0%/*}/../lib.sh"
ns a
py a <<'P'
from packets import *
def name(f, *args):
    try:
        v = f(*args)
        return "ok" if v is None else v.hex() if isinstance(v, bytes) else v
    except OSError as e:
        return name_of(e)
s = packet()
for option in range(1, 27):
    if option == HDRLEN:  # reads from the buffer, which Python does not clear: below
        continue
    say("get", option, name(s.getsockopt, SOL_PACKET, option), *(name(s.getsockopt, SOL_PACKET, option, n) for n in (1, 4, 8, 16)))
for option in range(1, 27):
    if option in (16,):
        continue
    say("set", option, *(f"{n}:{name(packet().setsockopt, SOL_PACKET, option, bytes(n))}" for n in (0, 3, 4, 5, 8, 16, 28)))
for option in range(7, 27):
    out = []
    for value in (1, 2, 3, -1):
        x = packet()
        out += [name(x.setsockopt, SOL_PACKET, option, value), option != HDRLEN and name(x.getsockopt, SOL_PACKET, option)]
    say("value", option, *out)
d = packet(SOCK_DGRAM)
for option in (VNET_HDR, 24):
    say("of SOCK_DGRAM", option, name(d.setsockopt, SOL_PACKET, option, 1))
for size in (10, 12):
    say("header of", size, name(s.setsockopt, SOL_PACKET, 24, size), name(s.getsockopt, SOL_PACKET, 24), name(s.getsockopt, SOL_PACKET, VNET_HDR))
def header_length(version, size):
    import ctypes
    libc, value, length = ctypes.CDLL(None, use_errno=True), (ctypes.c_int * 4)(version), ctypes.c_int(size)
    done = libc.getsockopt(s.fileno(), SOL_PACKET, HDRLEN, value, ctypes.byref(length))
    return (value[0], length.value) if done == 0 else errno.errorcode[ctypes.get_errno()]
for version in (0, 1, 2, 3, -1, 256):
    say("header of version", version, *(header_length(version, size) for size in (0, 1, 2, 4, 8, 16)))
for what in ("SO_PROTOCOL", "SO_DOMAIN", "SO_TYPE", "SO_RCVBUF", "SO_SNDBUF", "SO_ERROR"):
    say(what, s.getsockopt(SOL_SOCKET, globals()[what]))
say("SO_BPF_EXTENSIONS", s.getsockopt(SOL_SOCKET, 48))
say("SO_REUSEPORT", name(s.setsockopt, SOL_SOCKET, SO_REUSEPORT, 1))
for kind in (1, 4, 5, 6, 11, -1):
    say("type", kind, name(lambda: socket(AF_PACKET, kind, 0) and None))
P
