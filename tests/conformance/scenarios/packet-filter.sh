# Socket filters on packets: which programs are taken, what they load, where they cut.
. "${0%/*}/../lib.sh"
joined_pair
py a <<'P'
from packets import *
ATTACH, DETACH, LOCK = 26, 27, 44
LD, RET_A, RET_K = 0x20, 0x16, 0x06
keep = ctypes.c_char_p
def attach(s, *code):
    program = b"".join(struct.pack("=HBBI", c[0], c[2] if len(c) > 2 else 0, c[3] if len(c) > 3 else 0, c[1] & 0xffffffff) for c in code)
    buffer = ctypes.create_string_buffer(program)
    s.setsockopt(SOL_SOCKET, ATTACH, struct.pack("HxxxxxxP", len(code), ctypes.addressof(buffer)))
def taken(*code):
    try:
        attach(packet(protocol=TEST), *code)
        return True
    except OSError as e:
        return name_of(e)
say("opcodes:", *(f"{c:02x}" for c in range(0x120) if taken((0x02, 0), (c, 1), (RET_K, 1)) is True))
say("ancillary loads:", *(n for n in range(0, 80) if taken((LD, -0x1000 + n), (RET_A, 0)) is True))
say("other sizes:", *(f"{c:02x}" for c in (0x20, 0x28, 0x30, 0x40, 0x48, 0x50) if taken((c, -0x1000 + 70), (RET_A, 0)) is True))
for what, code in (("no end", [(LD, 0)]), ("division by 0", [(0x34, 0), (RET_K, 0)]), ("shift by 31", [(0x64, 31), (RET_K, 0)]), ("shift by 32", [(0x64, 32), (RET_K, 0)]),
                   ("scratch 15", [(0x02, 15), (RET_K, 0)]), ("scratch 16", [(0x02, 16), (RET_K, 0)]), ("scratch not stored", [(0x60, 0), (RET_K, 0)]),
                   ("stored on one way", [(0x15, 0, 1, 0), (0x02, 0), (0x60, 0), (RET_K, 0)]), ("stored on both", [(0x15, 0, 1, 0), (0x02, 0), (0x02, 0), (0x60, 0), (RET_K, 0)]),
                   ("jump to the last", [(0x05, 1), (LD, 0), (RET_K, 0)]), ("jump beyond", [(0x05, 2), (LD, 0), (RET_K, 0)]), ("branch beyond", [(0x15, 0, 0, 1), (RET_K, 0)]),
                   ("1000", [(LD, 0)] * 999 + [(RET_K, 0)]), ("4097", [(LD, 0)] * 4096 + [(RET_K, 0)])):
    say(what, taken(*code))
with inside("b"):
    sender = packet(protocol=0)
    v1 = ll("v1")
def result(*code, s=None, data=frame(M1, M2, payload=bytes(range(60)))):
    """The length of what is left: what the program returned, if that is less."""
    s = s or packet(device="v0", protocol=TEST)
    attach(s, *code)
    send_ll(sender, data, v1)
    pause(0.03)
    try:
        return len(s.recv(2000, MSG_DONTWAIT))
    except BlockingIOError:
        return "dropped"
for what, code in (("all", [(RET_K, 0xffff)]), ("20", [(RET_K, 20)]), ("none", [(RET_K, 0)]), ("length", [(0x80, 0), (RET_A, 0)]), ("byte", [(0x30, 20), (RET_A, 0)]),
                   ("beyond", [(0x30, 74), (RET_A, 0)]), ("from the link header", [(0x30, -0x200000 + 5), (0x04, 10), (RET_A, 0)]), ("from the network header", [(0x30, -0x100000 + 9), (RET_A, 0)]),
                   ("protocol", [(LD, -0x1000), (0x14, TEST - 9), (RET_A, 0)]), ("kind", [(LD, -0x1000 + 4), (0x04, 5), (RET_A, 0)]), ("device", [(LD, -0x1000 + 8), (RET_A, 0)]),
                   ("hardware", [(LD, -0x1000 + 28), (0x04, 30), (RET_A, 0)]), ("VLAN", [(LD, -0x1000 + 48), (0x04, 7), (RET_A, 0)]), ("mark", [(LD, -0x1000 + 20), (0x04, 8), (RET_A, 0)]),
                   ("xor", [(0x00, 5), (0x01, 3), (LD, -0x1000 + 40), (RET_A, 0)]), ("indexed", [(0x01, 3), (0x50, 20), (RET_A, 0)]), ("nibble", [(0xb1, 31), (0x87, 0), (RET_A, 0)]),
                   ("division by X of 0", [(0x01, 0), (0x3c, 0), (RET_K, 9)]), ("shift by X of 33", [(0x01, 33), (0x00, 8), (0x6c, 0), (RET_A, 0)]), ("negative", [(0x00, -30), (0x84, 0), (RET_A, 0)])):
    say(what, result(*code))
d = packet(SOCK_DGRAM, TEST)
say("of a payload", result((0x30, 6), (0x04, 10), (RET_A, 0), s=d), result((0x30, -0x200000 + 5), (0x04, 20), (RET_A, 0), s=d))
s = packet(protocol=TEST)
attempt("detach none", s.setsockopt, SOL_SOCKET, DETACH, 0)
attach(s, (RET_K, 1))
say(s.getsockopt(SOL_SOCKET, ATTACH, 64).hex())
attempt("lock", s.setsockopt, SOL_SOCKET, LOCK, 1)
attempt("detach", s.setsockopt, SOL_SOCKET, DETACH, 0)
attempt("attach", attach, s, (RET_K, 1))
attempt("unlock", s.setsockopt, SOL_SOCKET, LOCK, 0)
P
