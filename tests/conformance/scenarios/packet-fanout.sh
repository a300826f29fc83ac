# Packet sockets that share what they see: groups, their options, whose turn it is.
. "${0%/*}/../lib.sh"
joined_pair
py a <<'P'
from packets import *
HASH, LB, CPU, ROLLOVER, RND, QM, CBPF, EBPF = range(8)
def join(s, number, kind, flags=0, more=b""):
    s.setsockopt(SOL_PACKET, FANOUT, struct.pack("=HH", number, kind | flags) + more)
def members(count, kind, number=5, flags=0):
    out = [packet(protocol=TEST, device="v0") for _ in range(count)]
    for s in out:
        join(s, number, kind, flags)
    return out
attempt("without a protocol", join, packet(protocol=0), 1, LB)
for kind in range(10):
    attempt(f"kind {kind}", join, packet(protocol=TEST), 1, kind)
for flags in (0x1000, 0x2000, 0x4000, 0x8000, 0x0800, 0x100):
    s = packet(protocol=TEST)
    attempt(f"flags {flags:x}", join, s, 0 if flags == 0x2000 else 2, LB, flags)
    say(f"{s.getsockopt(SOL_PACKET, FANOUT) & (0xffff0000 if flags == 0x2000 else 0xffffffff):x}")
    s.close()
attempt("rollover twice", join, packet(protocol=TEST), 3, ROLLOVER, 0x1000)
a, b = members(2, LB)
say(f"{a.getsockopt(SOL_PACKET, FANOUT):x}")
attempt("again", join, a, 5, LB)
attempt("bind", bind_ll, a, ll("v0", TEST))
attempt("of another kind", join, packet(protocol=TEST, device="v0"), 5, HASH)
attempt("for another protocol", join, packet(protocol=IP, device="v0"), 5, LB)
attempt("for all devices", join, packet(protocol=TEST), 5, LB)
attempt("of another type", join, packet(SOCK_DGRAM, TEST, "v0"), 5, LB)
attempt("data", a.setsockopt, SOL_PACKET, 22, bytes(16))
with inside("b"):
    sender, v1 = packet(protocol=0), ll("v1")
def counts(sockets, frames=8):
    for i in range(frames):
        send_ll(sender, frame(M1, M2, payload=bytes([i])), v1)
    pause(0.05)
    out = []
    for s in sockets:
        n = 0
        try:
            while s.recv(100, MSG_DONTWAIT):
                n += 1
        except OSError:
            pass
        out.append(n)
    return out
say("in turn", counts((a, b)))
c, = members(1, LB)
say("three", sorted(counts((a, b, c), 9)))
b.close()
say("two again", sorted(counts((a, c))))
a.close(), c.close()
say("by chance, together", sum(counts(members(3, RND))))
say("by hash, of one flow", sorted(counts(members(3, HASH))))
say("listed")
group = members(2, LB)
sockets_listed()
more = packet(device="v0"), packet(protocol=0x88b6), packet(), packet(protocol=IP)
with open("/proc/net/ptype") as f:
    for line in f:
        if "packet" in line or "ip_rcv" in line:
            say(" ", line.rstrip())
os.system("ip link set v0 down")
sockets_listed()
P
