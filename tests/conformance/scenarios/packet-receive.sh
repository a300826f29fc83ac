# Packet sockets: what they are shown, with which address and packet type.
. "${0%/*}/../lib.sh"
joined_pair
py a <<'P'
from packets import *
every, some, payloads, bound, lo = packet(), packet(protocol=TEST), packet(SOCK_DGRAM, TEST), packet(device="v0"), packet(device="lo")
with inside("b"):
    sender = packet(protocol=0)
    for what, to in (("host", M1), ("broadcast", EVERYBODY), ("multicast", GROUP), ("another host", OTHER)):
        say("to", what)
        send_ll(sender, frame(to, M2), ll("v1"))
        for s in (every, some, payloads, bound, lo):
            seen(s, 0.05, only=[TEST])
say("an 802.3 frame")
with inside("b"):
    send_ll(sender, M1 + M2 + b"\0\5" + b"\xaa\xaa\3\0\0", ll("v1"))
seen(bound)
say("out of here: seen by those of all frames, but not by the sender")
attempt("send", bound.send, frame())
for s in (every, some, payloads, bound):
    seen(s, 0.05, only=[TEST])
say("on the loopback also by the sender, when it comes back")
attempt("send", lo.send, frame(b"\0" * 6, b"\0" * 6))
seen(lo, only=[TEST])
seen(some, 0)
say("not wanted: what goes out")
every.setsockopt(SOL_PACKET, IGNORE_OUTGOING, 1)
attempt("send", bound.send, frame())
seen(every, only=[TEST])
say("cut short, looked at, counted whole")
attempt("send", some.sendto, frame(b"\0" * 6, b"\0" * 6, payload=b"x" * 100), ("lo", 0))
pause()
attempt("peek", lo.recv, 5, MSG_PEEK)
attempt("whole length", lo.recv, 5, MSG_PEEK | MSG_TRUNC)
data, ancillary, flags, name = lo.recvmsg(20)
say(len(data), flags == MSG_TRUNC, name)
P
