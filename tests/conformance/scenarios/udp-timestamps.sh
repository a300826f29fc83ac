# Time stamps of datagrams: SO_TIMESTAMP, SO_TIMESTAMPNS, SO_TIMESTAMPING on receive and, by the error queue, on send.
. "${0%/*}/../lib.sh"
joined_pair
py a <<'P'
from stamps import *
def udp(): s = socket(AF_INET, SOCK_DGRAM); s.setsockopt(SOL_SOCKET, SO_RCVTIMEO, struct.pack("qq", 1, 0)); return s
def shown_msg(m): return (len(m[0]), [shape(*c) for c in m[1]], m[2], m[3] and shown(m[3]))
r, c = udp(), udp(); r.bind((HERE, 7000)); c.bind((HERE, 7001))
def once(what, s=None):
    c.sendto(b"hello", (HERE, 7000)); pause(0.05); say(what, shown_msg((s or r).recvmsg(100, 500)))
say("# receive")
for o in (SO_TIMESTAMP, SO_TIMESTAMPNS, SO_TIMESTAMP_NEW, SO_TIMESTAMPNS_NEW):
    s = r; s.setsockopt(SOL_SOCKET, o, 1); once(o)
    say("get", [(x, s.getsockopt(SOL_SOCKET, x)) for x in (SO_TIMESTAMP, SO_TIMESTAMPNS, SO_TIMESTAMP_NEW, SO_TIMESTAMPNS_NEW)])
    s.setsockopt(SOL_SOCKET, o, 0); once("off")
for o in (SO_TIMESTAMPING, SO_TIMESTAMPING_NEW):
    for v in (SW, RX_SW, SW | RX_SW, SW | RX_SW | OPT_CMSG, 1 << 6 | 4):
        attempt(f"{o} {v}", r.setsockopt, SOL_SOCKET, o, v); once("got"); say(r.getsockopt(SOL_SOCKET, SO_TIMESTAMPING, 8).hex())
r.setsockopt(SOL_SOCKET, SO_TIMESTAMPNS, 1); r.setsockopt(SOL_SOCKET, SO_TIMESTAMPING, SW | RX_SW); once("both")
r.setsockopt(SOL_SOCKET, SO_TIMESTAMPNS, 0); r.setsockopt(SOL_SOCKET, SO_TIMESTAMPING, 0)
say("# send")
def tx(what, flags, **k):
    s = udp(); s.bind((HERE, 7002))
    attempt(what, s.setsockopt, SOL_SOCKET, SO_TIMESTAMPING, flags)
    for i in range(2):
        try: s.sendmsg([b"payload"], k.get("control", []), 0, (HERE, 7000)); r.recv(100)
        except OSError as e: say("send", name_of(e))
        pause(0.02); 
        while True:
            try: say(shown_msg(s.recvmsg(200, 500, MSG_ERRQUEUE | MSG_DONTWAIT)))
            except OSError as e: say(name_of(e)); break
        say("after", s.getsockopt(SOL_SOCKET, SO_ERROR))
    s.close()
tx("software", TX_SW | SW)
tx("asked for only", TX_SW)
tx("with id", TX_SW | SW | OPT_ID)
tx("stamp only", TX_SW | SW | OPT_ID | OPT_TSONLY)
tx("with cmsgs", TX_SW | SW | OPT_CMSG)
tx("sched", TX_SCHED | SW | OPT_ID | OPT_TSONLY)
tx("sched and software", TX_SCHED | TX_SW | SW | OPT_ID | OPT_TSONLY)
tx("by control message", SW | OPT_TSONLY, control=[(SOL_SOCKET, SO_TIMESTAMPING, struct.pack("I", TX_SW))])
tx("stats without tsonly", TX_SW | SW | OPT_STATS)
tx("id of tcp", TX_SW | SW | OPT_ID_TCP)
tx("pktinfo", TX_SW | SW | OPT_CMSG | OPT_PKTINFO)
tx("unknown bits", 1 << 20)
tx("bad by control message", SW, control=[(SOL_SOCKET, SO_TIMESTAMPING, struct.pack("I", 1 << 20))])
say("# who does not want the queue sees nothing of it in recv")
s = udp(); s.setsockopt(SOL_SOCKET, SO_TIMESTAMPING, TX_SW | SW); s.bind((HERE, 7003)); s.sendto(b"x", (HERE, 7003)); say(s.recv(10))
P
