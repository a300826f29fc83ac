# Time stamps of what a stream sends, by the error queue: SO_TIMESTAMPING with its options, by socket and by control message.
. "${0%/*}/../lib.sh"
joined_pair
py a <<'P'
from stamps import *
def queue(s):
    pause(0.05)
    while True:
        try: m = s.recvmsg(100000, 500, MSG_ERRQUEUE | MSG_DONTWAIT); say("   ", (len(m[0]), [shape(*c) for c in m[1]], m[2], m[3] and shown(m[3])))
        except OSError as e: say("   ", name_of(e)); break
    say("    then", s.getsockopt(SOL_SOCKET, SO_ERROR), polled(s))
def tx(what, flags, control=[], sizes=(7, 3), more=0):
    c, d = joined()
    attempt(what, c.setsockopt, SOL_SOCKET, SO_TIMESTAMPING, flags)
    for n in sizes:
        try: c.sendmsg([b"p" * n], control, more)
        except OSError as e: say("send", name_of(e))
        received(d, n) if not more else 0; queue(c)
    c.close(); d.close()
tx("software", TX_SW | SW)
tx("asked for only", TX_SW)
tx("with id", TX_SW | SW | OPT_ID)
tx("with id of tcp", TX_SW | SW | OPT_ID | OPT_ID_TCP)
tx("stamp only", TX_SW | SW | OPT_ID | OPT_TSONLY)
tx("with cmsgs", TX_SW | SW | OPT_CMSG)
tx("sched", TX_SCHED | SW | OPT_ID | OPT_TSONLY)
tx("ack", TX_ACK | SW | OPT_ID | OPT_TSONLY)
tx("ack with data", TX_ACK | SW | OPT_ID)
tx("all", TX_ACK | TX_SCHED | TX_SW | SW | OPT_ID | OPT_TSONLY)
tx("by control message", SW | OPT_TSONLY, control=[(SOL_SOCKET, SO_TIMESTAMPING, struct.pack("I", TX_SW))])
tx("ack by control message", SW | OPT_TSONLY | OPT_ID, control=[(SOL_SOCKET, SO_TIMESTAMPING, struct.pack("I", TX_ACK))])
tx("none by control message", SW | OPT_TSONLY | TX_SW, control=[(SOL_SOCKET, SO_TIMESTAMPING, struct.pack("I", 0))])
tx("pktinfo", TX_SW | SW | OPT_CMSG | OPT_PKTINFO)
tx("large", TX_ACK | TX_SCHED | TX_SW | SW | OPT_ID | OPT_TSONLY, sizes=(5000, 30000, 10))
tx("large with data", TX_ACK | TX_SW | SW | OPT_ID, sizes=(5000,))
tx("large with data, short room", TX_SW | SW, sizes=(5000, 100))
tx("cmsg, stamp only", TX_ACK | TX_SCHED | TX_SW | SW | OPT_CMSG | OPT_TSONLY)
tx("cmsg, ack with data", TX_ACK | SW | OPT_CMSG)
tx("more", TX_ACK | TX_SW | SW | OPT_ID | OPT_TSONLY, sizes=(10, 20), more=MSG_MORE)
c, d = joined(); c.setsockopt(SOL_SOCKET, SO_TIMESTAMPING, TX_ACK | TX_SW | SW | OPT_ID | OPT_TSONLY); c.send(b"a" * 10, MSG_MORE); c.send(b"b" * 5); queue(c); c.send(b"c", MSG_MORE); c.send(b"d", MSG_MORE); c.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1); queue(c)
say("# id when set later"); c, d = joined(); c.send(b"x" * 100); pause()
attempt("id", c.setsockopt, SOL_SOCKET, SO_TIMESTAMPING, TX_ACK | SW | OPT_ID | OPT_TSONLY); c.send(b"y" * 10); queue(c)
c.setsockopt(SOL_SOCKET, SO_TIMESTAMPING, 0); c.setsockopt(SOL_SOCKET, SO_TIMESTAMPING, TX_ACK | SW | OPT_ID | OPT_TSONLY); c.send(b"z" * 10); queue(c)
s = tcp(); attempt("unconnected", s.setsockopt, SOL_SOCKET, SO_TIMESTAMPING, TX_SW | SW | OPT_ID); attempt("of tcp", s.setsockopt, SOL_SOCKET, SO_TIMESTAMPING, TX_SW | SW | OPT_ID | OPT_ID_TCP); attempt("without id", s.setsockopt, SOL_SOCKET, SO_TIMESTAMPING, TX_SW | SW); 
l = listener(); attempt("listening", l.setsockopt, SOL_SOCKET, SO_TIMESTAMPING, TX_SW | SW | OPT_ID); 
say("# accepted ones"); l.setsockopt(SOL_SOCKET, SO_TIMESTAMPING, TX_SW | SW | RX_SW); l.setsockopt(SOL_SOCKET, SO_TIMESTAMPNS, 1); c = tcp(); c.connect(l.getsockname()); d = l.accept()[0]; say(d.getsockopt(SOL_SOCKET, SO_TIMESTAMPING, 8).hex(), d.getsockopt(SOL_SOCKET, SO_TIMESTAMPNS))
say("# plain write"); c, d = joined(); c.setsockopt(SOL_SOCKET, SO_TIMESTAMPING, TX_ACK | TX_SW | SW | OPT_ID | OPT_TSONLY); os.write(c.fileno(), b"abc"); queue(c); os.writev(c.fileno(), [b"abc", b"d"]); queue(c)
say("# polls"); c, d = joined(); c.setsockopt(SOL_SOCKET, SO_TIMESTAMPING, TX_ACK | TX_SW | SW | OPT_ID | OPT_TSONLY); c.send(b"abc"); pause(0.05); say(polled(c), polled(c, 0), c.getsockopt(SOL_SOCKET, SO_ERROR)); d.send(b"in"); pause(0.05); say(polled(c), c.recv(9)); c.setsockopt(SOL_SOCKET, 45, 1); say(polled(c), polled(c, 0)); queue(c)
c.send(b"x"); say("waits", polled(c, 0, 500)); queue(c)
say("# who is not asked for stamps goes on"); c.setsockopt(SOL_SOCKET, SO_TIMESTAMPING, 0); c.send(b"y"); queue(c)
say("# two at once, one unacknowledged"); c, d = joined(); c.setsockopt(SOL_SOCKET, SO_TIMESTAMPING, TX_ACK | TX_SW | SW | OPT_ID | OPT_TSONLY)
for i in range(3): c.send(b"n" * 10)
queue(c); say("SO_TIMESTAMPNS too"); c.setsockopt(SOL_SOCKET, SO_TIMESTAMPNS, 1); c.send(b"z"); queue(c)
say("# an ack that comes late wakes who waits")
def up(): pause(0.3); os.system("ip -n b link set v1 up")
c, d = joined(); c.setsockopt(SOL_SOCKET, SO_TIMESTAMPING, TX_ACK | SW | OPT_ID | OPT_TSONLY); os.system("ip -n b link set v1 down")
c.send(b"late"); say(polled(c, 0, 100)); import threading; threading.Thread(target=up).start(); say(polled(c, 0, 2500)); queue(c)
os.system("ip -n b link set v1 down"); c.send(b"late"); threading.Thread(target=up).start(); d.send(b"data"); say("IN" in polled(c, select.POLLIN, 3000), c.recv(9))
P
