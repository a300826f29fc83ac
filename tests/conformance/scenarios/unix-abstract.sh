# Abstract names of AF_UNIX belong to a namespace; those in the file system do not.
. "${0%/*}/../lib.sh"
ip link set lo up
py <<'P'
from sockets import *
os.system("ip netns add a; ip netns add b")
def named(name, kind=SOCK_STREAM): s = socket(AF_UNIX, kind); s.bind(name); return s
with inside("a"): s = named(b"\0judge"); s.listen(); attempt("taken", named, b"\0judge")
with inside("b"): attempt("not seen", socket(AF_UNIX, SOCK_STREAM).connect, b"\0judge"); t = named(b"\0judge"); t.listen(); say("free elsewhere")
attempt("nor here", socket(AF_UNIX, SOCK_STREAM).connect, b"\0judge")
with inside("a"): c = socket(AF_UNIX, SOCK_STREAM); c.connect(b"\0judge"); d, _ = s.accept(); c.send(b"in a"); say(d.recv(9), c.getpeername(), s.getsockname())
with inside("a"): p = named("path"); p.listen()
with inside("b"): c = socket(AF_UNIX, SOCK_STREAM); attempt("a path is for all", c.connect, "path")
with inside("a"): g = named(b"\0dgram", SOCK_DGRAM)
with inside("b"): x = socket(AF_UNIX, SOCK_DGRAM); attempt("datagram elsewhere", x.sendto, b"x", b"\0dgram")
with inside("a"): x = socket(AF_UNIX, SOCK_DGRAM); attempt("datagram", x.sendto, b"x", b"\0dgram"); say(g.recv(9))
with inside("a"): z = socket(AF_UNIX, SOCK_STREAM); z.bind(""); say("autobind", len(z.getsockname()), z.getsockname()[:1])
s.close()
with inside("a"): attempt("freed", lambda: named(b"\0judge").getsockname())
P
