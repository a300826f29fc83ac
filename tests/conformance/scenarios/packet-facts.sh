# Packet sockets: auxiliary data, time stamps, VLAN tags, headers of checksums and segments, counts.
. "${0%/*}/../lib.sh"
joined_pair
py a <<'P'
from packets import *
def facts(s, wait=0.15, size=2000):
    pause(wait)
    while True:
        try:
            data, control, flags, name = s.recvmsg(size, 1000, MSG_DONTWAIT)
        except BlockingIOError:
            return
        if name[1] not in (TEST, IP, 0x1234):
            continue
        out = []
        for level, kind, value in control:
            if (level, kind) == (SOL_PACKET, AUXDATA):
                status, length, snap, mac, net, tci, tpid = struct.unpack("=IIIHHHH", value)
                out.append(f"status {status:x} length {length} snap {snap} mac {mac} net {net} vlan {tci:x} {tpid:x}")
            elif level == SOL_SOCKET and kind in (29, 35):
                sec, fraction = struct.unpack("qq", value)
                out.append(f"stamp {kind} {abs(sec - time.time()) < 5}")
            else:
                out.append(f"{level} {kind} {value.hex()}")
        say(f"  {len(data)} of {data[:18].hex()} flags {flags:x}", f"{name[1]:04x}", KINDS[name[2]], out)
s = packet(device="v0")
s.setsockopt(SOL_PACKET, AUXDATA, 1)
with inside("b"):
    sender, v1 = packet(protocol=0), ll("v1")
    raw = socket(AF_INET, SOCK_DGRAM)
say("bare")
send_ll(sender, frame(M1, M2), v1)
facts(s)
say("cut by the buffer")
send_ll(sender, frame(M1, M2), v1)
facts(s, size=16)
say("VLAN tags")
for tag in (b"\x81\0\x20\x05", b"\x88\xa8\0\7", b"\x81\0\0\0"):
    send_ll(sender, M1 + M2 + tag + b"\x12\x34payload", v1)
    facts(s)
say("of a payload socket")
d = packet(SOCK_DGRAM, device="v0")
d.setsockopt(SOL_PACKET, AUXDATA, 1)
send_ll(sender, M1 + M2 + b"\x81\0\x20\x05" + b"\x12\x34payload", v1)
facts(d)
say("time stamps")
for option in (29, 35):
    s.setsockopt(SOL_SOCKET, option, 1)
    send_ll(sender, frame(M1, M2), v1)
    facts(s)
say("the last one's, by ioctl:", abs(struct.unpack("qq", ioctl(s.fileno(), 0x8906, bytes(16)))[0] - time.time()) < 5)
s.close()
say("a datagram whose checksum is open, and its header")
s = packet(device="v0")
s.setsockopt(SOL_PACKET, AUXDATA, 1)
s.setsockopt(SOL_PACKET, VNET_HDR, 1)
raw.sendto(b"to nobody", ("192.0.2.1", 9))
pause()
while True:
    try:
        data, control, flags, name = s.recvmsg(2000, 1000, MSG_DONTWAIT)
    except BlockingIOError:
        break
    if name[1] == IP and name[2] == 0:
        say("  ", struct.unpack("=BBHHHH", data[:10]), f"{struct.unpack('=I', control[0][2][:4])[0]:x}", len(data))
attempt("a header is asked for", s.send, b"123456789")
attempt("sent with one", s.send, bytes(10) + frame())
attempt("a wrong one", s.send, struct.pack("=BBHHHH", 1, 0, 0, 0, 900, 6) + frame())
say("counts")
c = packet(device="v0", protocol=TEST)
for _ in range(5):
    send_ll(sender, frame(M1, M2), v1)
pause()
say(struct.unpack("II", c.getsockopt(SOL_PACKET, STATISTICS, 8)), struct.unpack("II", c.getsockopt(SOL_PACKET, STATISTICS, 8)))
facts(c)
c.setsockopt(SOL_SOCKET, SO_RCVBUF, 0)
for _ in range(50):
    send_ll(sender, frame(M1, M2), v1)
pause()
packets, drops = struct.unpack("II", c.getsockopt(SOL_PACKET, STATISTICS, 8))
say("of 50", packets, "were counted, some lost:", 0 < drops < 50)
P
