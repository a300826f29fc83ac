# Requests about devices by sockets of several families.
. "${0%/*}/../lib.sh"
joined_pair
py a <<'P'
from packets import *
REQUESTS = dict(GIFNAME=0x8910, GIFFLAGS=0x8913, GIFADDR=0x8915, GIFDSTADDR=0x8917, GIFBRDADDR=0x8919, GIFNETMASK=0x891b, GIFMETRIC=0x891d, SIFMETRIC=0x891e, GIFMEM=0x891f, GIFMTU=0x8921,
                GIFHWADDR=0x8927, GIFSLAVE=0x8929, GIFINDEX=0x8933, SIFPFLAGS=0x8934, GIFPFLAGS=0x8935, GIFMAP=0x8970, SIFMAP=0x8971, GIFTXQLEN=0x8942, SIFMTU=0x8922, SIFTXQLEN=0x8943)
def ask(s, request, device, value=b""):
    try:
        return ioctl(s.fileno(), request, struct.pack("16s24s", device.encode(), value))[16:34].hex()
    except OSError as e:
        return name_of(e)
for what, s in (("inet", socket(AF_INET, SOCK_DGRAM)), ("packet", packet(protocol=0)), ("netlink", socket(AF_NETLINK, SOCK_RAW, 0))):
    say(what)
    for name, request in REQUESTS.items():
        if name == "GIFNAME":
            say("  GIFNAME", ioctl(s.fileno(), request, struct.pack("16si20x", b"", if_nametoindex("v0")))[:4])
            continue
        value = struct.pack("i", 1400) if name in ("SIFMTU", "SIFTXQLEN") else b""
        say(" ", name, ask(s, request, "v0", value), ask(s, request, "lo", value) if name != "SIFMTU" else "", ask(s, request, "none", value))
say("by SIOCGIFCONF")
import array
buffer = array.array("B", bytes(400))
for what, s in (("inet", socket(AF_INET, SOCK_DGRAM)), ("packet", packet(protocol=0))):
    length = struct.unpack("iP", ioctl(s.fileno(), 0x8912, struct.pack("iP", 400, buffer.buffer_info()[0])))[0]
    say(what, length, *(bytes(buffer[i:i + 16]).rstrip(b"\0") for i in range(0, length, 40)))
P
