"""What the scenarios about packet sockets share: `from packets import *` (with all of sockets.py)."""
import ctypes
import os
import struct
from fcntl import ioctl
from sockets import *
from sockets import _libc as libc

SOL_PACKET = 263
ALL, IP, ARP, TEST = 3, 0x800, 0x806, 0x88b5
(ADD_MEMBERSHIP, DROP_MEMBERSHIP, RX_RING, STATISTICS, AUXDATA, ORIGDEV, VERSION, HDRLEN, RESERVE, TX_RING, LOSS, VNET_HDR, FANOUT,
 IGNORE_OUTGOING) = 1, 2, 5, 6, 8, 9, 10, 11, 12, 13, 14, 15, 18, 23
KINDS = "HOST BROADCAST MULTICAST OTHERHOST OUTGOING LOOPBACK".split()
M1, M2, OTHER, EVERYBODY, GROUP = (bytes.fromhex(a) for a in ("020000000001", "020000000002", "020000000099", "ff" * 6, "01005e000009"))


def packet(kind=SOCK_RAW, protocol=ALL, device=None):
    s = socket(AF_PACKET, kind, htons(protocol))
    if device:
        s.bind((device, protocol))
    return s


def ll(device, protocol=0, address=b"", halen=None, family=AF_PACKET, size=20):
    index = device if isinstance(device, int) else if_nametoindex(device)
    return struct.pack("=HHiHBB8s", family, htons(protocol), index, 0, 0, len(address) if halen is None else halen, address)[:size]


def checked(result):
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


def bind_ll(s, name):
    """bind(2) with the bytes of a struct sockaddr_ll."""
    return "bound" if checked(libc.bind(s.fileno(), name, len(name))) == 0 else None


def send_ll(s, data, name, flags=0):
    return checked(libc.sendto(s.fileno(), data, len(data), flags, name, len(name)))


def frame(to=M2, sender=M1, protocol=TEST, payload=b"hello"):
    return to + sender + struct.pack("!H", protocol) + payload


def seen(s, wait=0.2, only=None):
    """Says each frame that waits: its address and its first bytes."""
    pause(wait)
    while True:
        try:
            data, (device, protocol, kind, hardware, address) = s.recvfrom(70000, MSG_DONTWAIT)
        except BlockingIOError:
            return
        except OSError as e:
            return say("  error", name_of(e))
        if only is None or protocol in only:
            say(f"  {len(data)} bytes {data[:20].hex()} {device} {protocol:04x} {KINDS[kind]} {hardware} {address.hex()}")


def sockets_listed():
    """/proc/net/packet without what differs from run to run."""
    with open("/proc/net/packet") as f:
        for line in f.readlines()[1:]:
            say("  listed:", *line.split()[1:6])
