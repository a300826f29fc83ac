"""What the scenarios about AF_INET6 sockets share: names as bytes, calls that take them as they are."""
import ctypes
import errno
import struct
from socket import *

SOL_IPV6 = 41
_libc = ctypes.CDLL(None, use_errno=True)


def name6(text, port, flow=0, scope=0, family=AF_INET6):
    return struct.pack("=HHI", family, htons(port), htonl(flow)) + inet_pton(AF_INET6, text) + struct.pack("=I", scope)


def name4(text, port, family=AF_INET):
    return struct.pack("=HH", family, htons(port)) + inet_aton(text) + bytes(8)


def inet6(kind, only=0, **options):
    s = socket(AF_INET6, kind)
    s.setblocking(False)
    s.setsockopt(SOL_IPV6, IPV6_V6ONLY, only)
    return s


def raw(s, call, name):
    """bind, connect: the name as it is."""
    if getattr(_libc, call)(s.fileno(), name, len(name)):
        raise OSError(ctypes.get_errno(), "")


def raw_sendto(s, name, data=b"x", flags=0):
    n = _libc.sendto(s.fileno(), data, len(data), flags, name, len(name))
    if n < 0:
        raise OSError(ctypes.get_errno(), "")
    return n


def raw_set(s, level, name, value):
    if _libc.setsockopt(s.fileno(), level, name, value, len(value)):
        raise OSError(ctypes.get_errno(), "")


def raw_get(s, level, name, room=64):
    out, size = ctypes.create_string_buffer(room), ctypes.c_int(room)
    if _libc.getsockopt(s.fileno(), level, name, out, ctypes.byref(size)):
        raise OSError(ctypes.get_errno(), "")
    got = out.raw[:size.value]
    return struct.unpack("i", got)[0] if len(got) == 4 else got.hex() or "nothing"


def said(name):
    """A name that a call gave: address, port as shown() does it, flow and scope."""
    if len(name) == 2:
        return f"{name[0]}:{name[1] if name[1] < 32768 else '*'}"
    return f"[{name[0]}]:{name[1] if name[1] < 32768 else '*'} {name[2]} {name[3]}"


def own(s):
    return said(s.getsockname())


def peer(s):
    try:
        return said(s.getpeername())
    except OSError as e:
        return errno.errorcode[e.errno]
