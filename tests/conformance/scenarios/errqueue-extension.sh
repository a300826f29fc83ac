# needs: tun
# IP_RECVERR_RFC4884: where in the quoted data of an ICMP error its extensions begin, and whether they are sound.
. "${0%/*}/../lib.sh"
ns a
ip -n a link set lo up
py a <<'P'
from wire import *
import errno
t = Tap("tap0", "192.0.2.1/24"); t.know("192.0.2.2")
put("icmp_ratelimit", 0)
def extension(*objects, version=2, spoil=0):
    body = b"".join(struct.pack("!HBB", 4 + len(o), 1, 1) + o for o in objects)
    e = struct.pack("!BBH", version << 4, 0, 0) + body
    return e[:2] + struct.pack("!H", sum16(e) ^ spoil) + e[4:]
def sockets(kind, on):
    s = socket.socket(socket.AF_INET, kind, 1 if kind == socket.SOCK_RAW else 0)
    s.setsockopt(0, 11, 1); s.setsockopt(0, 26, on); s.setblocking(False)
    if kind == socket.SOCK_DGRAM:
        s.bind(("192.0.2.1", 5000)); s.connect(("192.0.2.2", 7))
    return s
def told(s):
    while True:
        try: data, control, flags, name = s.recvmsg(4096, 512, 0x2000)
        except OSError as e: return say("   ", errno.errorcode[e.errno])
        for level, kind, d in control:
            if (level, kind) == (0, 11):
                number, origin, what, code, pad, info, size, bits, rest = struct.unpack("IBBBBIHBB", d[:16])
                say("   ", errno.errorcode[number], f"origin {origin} type {what} code {code} info {info} data {len(data)} extension at {size} flags {bits} {rest}")
def error(words, ext, kind=3, code=1, quoted=128, mtu=0, inner=None):
    inside = ip("192.0.2.1", "192.0.2.2", udp(5000, 7, b"x" * 300) if inner is None else inner, proto=17 if inner is None else 1)[:quoted].ljust(quoted, b"\0")
    t.send(ip("192.0.2.2", "192.0.2.1", icmp(kind, code, struct.pack("!BBH", 0, words, mtu), inside + ext), proto=1))
good = extension(b"\0\0\1\1")
for kind in (socket.SOCK_DGRAM, socket.SOCK_RAW):
    inner = None if kind == socket.SOCK_DGRAM else echo(1, b"x" * 300)
    for on in (0, 1):
        s = sockets(kind, on)
        say(kind.name, "IP_RECVERR_RFC4884", on, s.getsockopt(0, 26))
        def case(what, *args, **fields):
            error(*args, inner=inner, **fields); time.sleep(0.02); say(what); told(s)
        case("sound", 32, good)
        if on:
            case("longer quote", 40, good, quoted=160); case("no length given", 0, good); case("a length of 127 bytes and less", 31, good, quoted=124); case("length beyond the end", 80, good)
            case("length of all of it", 33, good, quoted=128); case("nothing behind", 32, b""); case("half a header", 32, good[:3]); case("a header alone", 32, extension())
            case("wrong checksum", 32, extension(b"abcd", spoil=1)); case("no checksum", 32, good[:2] + b"\0\0" + good[4:]); case("version 1", 32, extension(b"abcd", version=1)); case("version 3", 32, extension(b"abcd", version=3))
            case("an object that is too long", 32, extension() + struct.pack("!HBB", 40, 1, 1)); case("two objects", 32, extension(b"abcd", b"efgh1234")); case("an object of 2 bytes", 32, extension() + struct.pack("!HBB", 2, 1, 1))
            case("time exceeded", 32, good, kind=11, code=0); case("parameter problem", 32, good, kind=12, code=0); case("frag needed", 32, good, code=4, mtu=1000); case("port unreachable", 32, good, code=3); case("source quench", 32, good, kind=4, code=0)
        s.close()
P
