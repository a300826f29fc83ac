# AF_INET6 sockets without any address of IPv6: what they can be bound to, and how that is told.
. "${0%/*}/../lib.sh"
ip link set lo up
py <<'P'
from sockets import *
from inet6 import *
for kind in (SOCK_STREAM, SOCK_DGRAM):
    say("---", "TCP" if kind == SOCK_STREAM else "UDP")
    for text in ("::", "::ffff:127.0.0.1", "::ffff:0.0.0.0", "::ffff:10.9.9.9", "::ffff:224.0.0.1", "::ffff:255.255.255.255", "::1", "2001:db8::1", "fe80::1", "::127.0.0.1"):
        for only in (0, 1):
            s = inet6(kind, only)
            attempt(f"{text} V6ONLY {only}", raw, s, "bind", name6(text, 7000))
            say("  ", own(s), option(s, SOL_IPV6, IPV6_V6ONLY))
            s.close()
    good = name6("::", 7000)
    for what, data in (("of 24", good[:24]), ("of 23", good[:23]), ("of 16", good[:16]), ("of 2", good[:2]), ("long", good + bytes(20)), ("flow and scope", name6("::", 7000, 5, 1)), ("scope not there", name6("::", 7000, 0, 99)),
                       ("link not there", name6("fe80::1", 7000, 0, 99)), ("AF_INET", name4("127.0.0.1", 7000)), ("AF_INET of 28", name4("127.0.0.1", 7000) + bytes(12)), ("AF_UNSPEC", name6("::", 7000, family=0)), ("family 99", name6("::", 7000, family=99))):
        s = inet6(kind)
        attempt(what, raw, s, "bind", data)
        say("  ", own(s))
        s.close()
    s = inet6(kind); say("fresh", own(s)); attempt("peer", s.getpeername); raw(s, "bind", name6("::", 0)); say("port", s.getsockname()[1] != 0)
    attempt("twice", raw, s, "bind", name6("::", 7000)); attempt("V6ONLY of one that is bound", s.setsockopt, SOL_IPV6, IPV6_V6ONLY, 1)
    os.setresuid(-1, 65534, -1)
    for text in ("::", "::1", "::ffff:10.9.9.9"): attempt(f"privileged {text}", raw, inet6(kind), "bind", name6(text, 80))
    os.setresuid(-1, 0, -1)
P
