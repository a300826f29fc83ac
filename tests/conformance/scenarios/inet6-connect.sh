# connect(2) of AF_INET6 sockets: to mapped addresses, to ::, to addresses of IPv6 that nobody has, to names of other families; and undone.
. "${0%/*}/../lib.sh"
joined_pair
py a <<'P'
from sockets import *
from inet6 import *
l = listener("0.0.0.0", 7000); u = socket(AF_INET, SOCK_DGRAM); u.bind(("0.0.0.0", 7000))
NAMES = [(t, name6(t, 7000)) for t in ("::ffff:127.0.0.1", "::ffff:192.0.2.1", "::", "::ffff:0.0.0.0", "::1", "2001:db8::1", "fe80::1", "ff02::1", "ff05::1", "::ffff:10.1.1.1", "::ffff:255.255.255.255", "::ffff:224.0.0.1")]
NAMES += [("link", name6("fe80::1", 7000, 0, 1)), ("of 24", name6("::ffff:127.0.0.1", 7000)[:24]), ("of 23", name6("::ffff:127.0.0.1", 7000)[:23]), ("flow, scope", name6("::ffff:127.0.0.1", 7000, 7, 3)), ("AF_INET", name4("127.0.0.1", 7000)), ("AF_INET of 15", name4("127.0.0.1", 7000)[:15]),
          ("AF_INET of 28", name4("127.0.0.1", 7000) + bytes(12)), ("AF_UNSPEC", name6("::1", 7000, family=0)), ("AF_UNSPEC of 2", b"\0\0"), ("of 1", b"\0"), ("family 99", name6("::", 7000, family=99))]
for kind in (SOCK_STREAM, SOCK_DGRAM):
    say("---", "TCP" if kind == SOCK_STREAM else "UDP")
    for bound in (None, "::", "::ffff:0.0.0.0", "::ffff:192.0.2.1"):
        for what, name in NAMES:
            s = inet6(kind)
            if bound: s.bind((bound, 0))
            attempt(f"bound to {bound}: {what}", raw, s, "connect", name); pause(0.004)
            say("  ", own(s), peer(s))
            attempt("   undone", raw, s, "connect", b"\0\0"); say("  ", s.getsockname()[0], peer(s))
            s.close()
    for what, name in NAMES[:6] + NAMES[-7:]:
        s = inet6(kind, 1); attempt(f"V6ONLY: {what}", raw, s, "connect", name); say("  ", own(s)); s.close()
s = inet6(SOCK_DGRAM); raw(s, "connect", name6("::ffff:127.0.0.1", 7000)); attempt("again", raw, s, "connect", name6("::ffff:192.0.2.1", 7000)); say(own(s), peer(s)); attempt("to IPv6", raw, s, "connect", name6("::1", 7000)); say(own(s), peer(s))
s = inet6(SOCK_STREAM); s.listen(); say("listens unbound", own(s)); attempt("connect", raw, s, "connect", name6("::1", 7000))
s = socket(AF_INET6); s.settimeout(2); attempt("refused", s.connect, ("::ffff:192.0.2.2", 7009)); say(own(s))
P
