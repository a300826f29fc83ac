# ip_autobind_reuse: whether bind(2) to port 0, when no port is free, gives one that others hold who would share it.
. "${0%/*}/../lib.sh"
ns a
ip -n a link set lo up
py a <<'P'
from sockets import *
def write(f, t):
    with open("/proc/sys/net/ipv4/" + f, "w") as out: out.write(t + "\n")
    say(f, t)
write("ip_local_port_range", "40000 40003")
REUSE, PORT = 2, 15
def bound(kind, address, *options, listen=False, to=None):
    s = socket(AF_INET, kind)
    for o in options: s.setsockopt(SOL_SOCKET, o, 1)
    try:
        s.bind((address, 0))
        if listen: s.listen(1)
        if to: s.connect(to)
    except OSError as e:
        s.close()
        return errno.errorcode[e.errno], None
    return "bound", s
def many(what, count, *args, **on):
    made = [bound(*args, **on) for _ in range(count)]
    say("   ", what, *(m[0] for m in made))
    return [m[1] for m in made if m[1]]
def over(sockets):
    for s in sockets: s.close()
for n in ("0", "1"):
    write("ip_autobind_reuse", n)
    over(many("plain", 6, SOCK_STREAM, "127.0.0.1"))
    over(many("SO_REUSEADDR", 6, SOCK_STREAM, "127.0.0.1", REUSE))
    over(many("SO_REUSEPORT", 6, SOCK_STREAM, "127.0.0.1", PORT))
    a = many("two addresses", 4, SOCK_STREAM, "127.0.0.1"); over(a + many("the other", 4, SOCK_STREAM, "127.0.0.2"))
    a = many("plain ones", 4, SOCK_STREAM, "127.0.0.1"); over(a + many("then SO_REUSEADDR", 2, SOCK_STREAM, "127.0.0.1", REUSE))
    a = many("SO_REUSEADDR", 4, SOCK_STREAM, "127.0.0.1", REUSE); over(a + many("then plain ones", 2, SOCK_STREAM, "127.0.0.1"))
    a = many("SO_REUSEADDR at all addresses", 4, SOCK_STREAM, "0.0.0.0", REUSE); over(a + many("then at one", 2, SOCK_STREAM, "127.0.0.1", REUSE))
    a = many("listeners with SO_REUSEADDR", 4, SOCK_STREAM, "127.0.0.1", REUSE, listen=True); over(a + many("then no listeners", 2, SOCK_STREAM, "127.0.0.1", REUSE))
    a = many("half of them", 2, SOCK_STREAM, "127.0.0.1", REUSE); over(a + many("then six", 6, SOCK_STREAM, "127.0.0.1", REUSE))
    for what, option in (("plain", ()), ("SO_REUSEADDR", (REUSE,)), ("SO_REUSEPORT", (PORT,))):
        over(many("datagrams " + what, 6, SOCK_DGRAM, "127.0.0.1", *option))
P
