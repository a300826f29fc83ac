# Packet sockets: rings that are mapped, in their three versions, for receiving and sending.
. "${0%/*}/../lib.sh"
joined_pair
py a <<'P'
from packets import *
import mmap
PAGE = 4096
def ring(option, block=PAGE, blocks=2, size=2048, frames=4, version=0, more=b"", kind=SOCK_RAW, reserve=0):
    s = packet(kind, protocol=0)
    s.setsockopt(SOL_PACKET, VERSION, version)
    if reserve:
        s.setsockopt(SOL_PACKET, RESERVE, reserve)
    s.setsockopt(SOL_PACKET, option, struct.pack("IIII", block, blocks, size, frames) + (more or bytes(12) * (version == 2)))
    return s
for what, args in (("good", {}), ("block of no page", {"block": 2048}), ("block 0", {"block": 0}), ("frames do not fill it", {"frames": 3}), ("small frames", {"size": 48, "frames": 170}),
                   ("frames that are not aligned", {"size": 1000, "frames": 8}), ("frame larger than the block", {"size": 8192, "frames": 1}), ("none", {"blocks": 0}), ("nothing", {"blocks": 0, "frames": 0})):
    attempt(what, lambda: ring(RX_RING, **args) and None)
s = ring(RX_RING)
attempt("again", s.setsockopt, SOL_PACKET, RX_RING, struct.pack("IIII", PAGE, 2, 2048, 4))
attempt("version now", s.setsockopt, SOL_PACKET, VERSION, 1)
attempt("reserve now", s.setsockopt, SOL_PACKET, RESERVE, 1)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
def raw_map(s, length, offset=0):
    at = libc.mmap(None, length, 3, 1, s.fileno(), offset)
    if at in (None, ctypes.c_void_p(-1).value):
        raise OSError(ctypes.get_errno(), "mmap")
    return (ctypes.c_uint8 * length).from_address(at)
for what, length, offset in (("shorter", PAGE, 0), ("longer", 3 * PAGE, 0), ("from the second page", PAGE, PAGE)):
    attempt(what, lambda: raw_map(s, length, offset) and None)
attempt("no ring", lambda: raw_map(packet(), PAGE) and None)
with inside("b"):
    sender, v1 = packet(protocol=0), ll("v1")
HEADER = {0: ("=QIIHHII", 32), 1: ("=IIIHHIIHH", 32)}
def show(memory, slot, version, size=2048):
    at = slot * size
    fields = struct.unpack_from(HEADER[version][0], memory, at)
    status, length, snap, mac, net = fields[:5]
    status &= 0x1fffffff  # without the source of the time stamp: others on the host may ask for stamps
    fine = abs(fields[5] - time.time()) < 5 if status else fields[5]
    family, protocol, index, hardware, kind, halen, address = struct.unpack_from("=HHiHBB8s", memory, at + 32)
    say(f"  slot {slot}: status {status:x} length {length} snap {snap} mac {mac} net {net} time {fine} vlan {fields[7:]}", family, f"{ntohs(protocol):04x}", hardware, kind, halen, address[:6].hex(),
        bytes(memory[at + mac:at + mac + min(snap, 20)]).hex())
for version in (0, 1):
    for kind, reserve in ((SOCK_RAW, 0), (SOCK_DGRAM, 0), (SOCK_RAW, 20)):
        s = ring(RX_RING, version=version, kind=kind, reserve=reserve)
        memory = raw_map(s, 2 * PAGE)
        s.bind(("v0", TEST))
        say("version", version, kind == SOCK_RAW, reserve, polled(s))
        send_ll(sender, frame(M1, M2), v1)
        pause(0.05)
        say(polled(s), polled(s))
        show(memory, 0, version)
        attempt("nothing by recv", s.recv, 100, MSG_DONTWAIT)
        for _ in range(5):
            send_ll(sender, frame(M1, M2, payload=b"x" * 1400), v1)
        pause(0.05)
        for slot in range(4):
            show(memory, slot, version)
        say(struct.unpack("II", s.getsockopt(SOL_PACKET, STATISTICS, 8)))
        struct.pack_into("=I", memory, 0, 0)
        say("the first is free again:", polled(s))
        for slot in range(1, 4):
            struct.pack_into("=I", memory, slot * 2048, 0)
        pause(0.1)
        say("all are:", polled(s))
        send_ll(sender, frame(M1, M2), v1)
        pause(0.05)
        show(memory, 0, version)
        s.close()
say("frames that are too small")
s = ring(RX_RING, size=128, blocks=1, frames=32, version=1)
memory = raw_map(s, PAGE)
s.bind(("v0", TEST))
send_ll(sender, frame(M1, M2, payload=b"x" * 500), v1)
pause(0.05)
show(memory, 0, 1, 128)
say("blocks")
s = ring(RX_RING, version=2, more=struct.pack("III", 500, 16, 0))
memory = raw_map(s, 2 * PAGE)
s.bind(("v0", TEST))
for i in range(3):
    send_ll(sender, frame(M1, M2, payload=b"y" * (100 + i)), v1)
say("not yet:", polled(s))
pause(1.2)
say("now:", polled(s))
def block(i):
    version, priv, status, count, first, length, sequence = struct.unpack_from("=IIIIIIQ", memory, i * PAGE)
    say(f"  block {i}: version {version} private at {priv} status {status:x} frames {count} first {first} length {length} sequence {sequence}")
    at = i * PAGE + first
    for _ in range(min(count, 3)):
        following, sec, nsec, snap, length, status, mac, net = struct.unpack_from("=IIIIIIHH", memory, at)
        status &= 0x1fffffff  # as above
        say(f"    next {following} snap {snap} length {length} status {status:x} mac {mac} net {net}", bytes(memory[at + mac:at + mac + 16]).hex())
        at += following
block(0)
for i in range(8):
    send_ll(sender, frame(M1, M2, payload=b"z" * 1400), v1)
pause(1.2)
block(0)
block(1)
struct.pack_into("=I", memory, 8, 0)
struct.pack_into("=I", memory, PAGE + 8, 0)
pause(0.1)
say("all free:", polled(s))
say(len(s.getsockopt(SOL_PACKET, STATISTICS, 12)))
say("sending")
with inside("b"):
    peer = packet(protocol=TEST)
for version in (0, 1):
    s = ring(TX_RING, version=version)
    memory = raw_map(s, 2 * PAGE)
    s.bind(("v0", 0))
    say("version", version, polled(s))
    where = 32
    for slot, data in enumerate((frame(payload=b"first"), frame(payload=b"second"))):
        memory[slot * 2048 + where:slot * 2048 + where + len(data)] = data
        struct.pack_into("=QI" if version == 0 else "=II", memory, slot * 2048, 1, len(data))
    attempt("send", s.send, b"")
    pause(0.05)
    say(*(struct.unpack_from("=I", memory, slot * 2048)[0] for slot in range(4)))
    seen(peer, 0)
    struct.pack_into("=QI" if version == 0 else "=II", memory, 2 * 2048, 1, 5)
    attempt("too short a frame", s.send, b"")
    say(struct.unpack_from("=I", memory, 2 * 2048)[0])
    attempt("nothing more", s.send, b"")
    s.close()
say("both in one mapping")
s = ring(RX_RING)
s.setsockopt(SOL_PACKET, TX_RING, struct.pack("IIII", PAGE, 1, 2048, 2))
attempt("of one", lambda: raw_map(s, 2 * PAGE) and None)
memory = raw_map(s, 3 * PAGE)
s.bind(("v0", TEST))
send_ll(sender, frame(M1, M2), v1)
pause(0.05)
show(memory, 0, 0)
P
