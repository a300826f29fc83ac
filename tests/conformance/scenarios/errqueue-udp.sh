# Errors of UDP: what ICMP says comes to the right socket, as a pending error or by the error queue (IP_RECVERR).
. "${0%/*}/../lib.sh"
chain
for n in r1 r2 r3 h2; do ip netns exec $n sh -c "echo 0 > /proc/sys/net/ipv4/icmp_ratelimit"; done
py h1 <<'P'
from sockets import *
IP_RECVERR, IP_RECVTTL, IP_PKTINFO, IP_MTU_DISCOVER, IP_MTU, IP_RECVERR_RFC4884 = 11, 12, 8, 10, 14, 26
def udp(): s = socket(AF_INET, SOCK_DGRAM); s.setsockopt(SOL_SOCKET, SO_RCVTIMEO, struct.pack("qq", 1, 0)); return s
def err(m):
    out = []
    for l, t, d in m[1]:
        if (l, t) == (0, 11):
            e = struct.unpack("IBBBBII", d[:16]); off = d[16:]
            out.append(("errno " + errno.errorcode.get(e[0], str(e[0])), "origin", e[1], "type", e[2], "code", e[3], "info", e[5], "data", e[6], "offender", off[:2].hex(), inet_ntoa(off[4:8]), len(off)))
        else: out.append((l, t, d.hex()))
    return len(m[0]), m[0][:8], out, m[2], m[3] and shown(m[3])
def queue(s):
    while True:
        try: say("queued", err(s.recvmsg(2000, 500, MSG_ERRQUEUE)))
        except OSError as e: return say("queue:", name_of(e))
say("# refused")
s = udp(); s.connect(("10.0.4.2", 5)); attempt("send", s.send, b"one"); pause(); attempt("again", s.send, b"two"); attempt("third", s.send, b"three"); pause(); attempt("recv", s.recv, 10); queue(s)
s = udp(); s.sendto(b"x", ("10.0.4.2", 5)); pause(); say("not connected"); attempt("again", s.sendto, b"x", ("10.0.4.2", 5)); queue(s)
s = udp(); s.setsockopt(IPPROTO_IP, IP_RECVERR, 1); s.sendto(b"payload", ("10.0.4.2", 5)); pause(); say("unconnected with IP_RECVERR"); attempt("recv", s.recv, 10); attempt("recv again without wait", s.recv, 10, MSG_DONTWAIT); queue(s); attempt("recv", s.recv, 10, MSG_DONTWAIT)
s = udp(); s.setsockopt(IPPROTO_IP, IP_RECVERR, 1)
for i in range(3): 
    try: s.sendto(b"number %d" % i, ("10.0.4.2", 5 + i))
    except OSError as e: say(i, name_of(e)); s.sendto(b"number %d" % i, ("10.0.4.2", 5 + i))
    pause(0.05)
queue(s); say(s.getsockopt(SOL_SOCKET, SO_ERROR))
s = udp(); s.setsockopt(IPPROTO_IP, IP_RECVERR, 1); s.setsockopt(IPPROTO_IP, IP_RECVTTL, 1); s.setsockopt(IPPROTO_IP, IP_PKTINFO, 1); s.setsockopt(IPPROTO_IP, 13, 1); s.sendto(b"x" * 100, ("10.0.4.2", 5)); pause(); queue(s)
s = udp(); s.setsockopt(IPPROTO_IP, IP_RECVERR, 1); s.sendto(b"x", ("10.0.4.2", 5)); pause(); say("SO_ERROR", errno.errorcode.get(s.getsockopt(SOL_SOCKET, SO_ERROR))); queue(s)
s = udp(); s.setsockopt(IPPROTO_IP, IP_RECVERR, 1); s.sendto(b"x", ("10.0.4.2", 5)); pause(); s.setsockopt(IPPROTO_IP, IP_RECVERR, 0); say("turned off"); queue(s); attempt("recv", s.recv, 9, MSG_DONTWAIT)
s = udp(); s.setsockopt(IPPROTO_IP, IP_RECVERR, 1); s.sendto(b"0123456789", ("10.0.4.2", 5)); pause(); say("short buffer", err(s.recvmsg(4, 500, MSG_ERRQUEUE))); s.sendto(b"0123456789", ("10.0.4.2", 5)); pause(); say("no control", err(s.recvmsg(40, 0, MSG_ERRQUEUE)))
say("# ttl, too big")
s = udp(); s.setsockopt(IPPROTO_IP, IP_RECVERR, 1)
for ttl in (1, 2, 3): s.setsockopt(IPPROTO_IP, IP_TTL, ttl); s.sendto(b"t%d" % ttl, ("10.0.4.2", 99)); pause(); queue(s)
s = udp(); s.setsockopt(IPPROTO_IP, IP_TTL, 1); s.connect(("10.0.4.2", 9)); s.send(b"x"); pause(); attempt("time exceeded, the same", s.recv, 10, MSG_DONTWAIT)
s = udp(); s.setsockopt(IPPROTO_IP, IP_RECVERR, 1); s.setsockopt(IPPROTO_IP, IP_MTU_DISCOVER, 2); attempt("too big", s.sendto, bytes(1473), ("10.0.4.2", 9)); queue(s); attempt("and then", s.recv, 10, MSG_DONTWAIT)
s = udp(); s.setsockopt(IPPROTO_IP, IP_MTU_DISCOVER, 2); attempt("too big without", s.sendto, bytes(1473), ("10.0.4.2", 9)); queue(s)
s = udp(); s.setsockopt(IPPROTO_IP, IP_RECVERR, 1); attempt("no route here", s.sendto, b"x", ("10.0.4.2", 0)); queue(s)
P
ip -n r2 link set e3 mtu 1300
ip -n r3 link set w3 mtu 1300
py h1 <<'P'
from sockets import *
IP_RECVERR, IP_MTU_DISCOVER, IP_MTU = 11, 10, 14
def udp(): s = socket(AF_INET, SOCK_DGRAM); s.setsockopt(SOL_SOCKET, SO_RCVTIMEO, struct.pack("qq", 1, 0)); return s
def queue(s):
    while True:
        try: m = s.recvmsg(2000, 500, MSG_ERRQUEUE)
        except OSError as e: return say("queue:", name_of(e))
        say("queued", len(m[0]), [struct.unpack("IBBBBII", d[:16]) + (d[16:].hex(),) for l, t, d in m[1]], m[3])
for mode in (0, 1, 2, 3, 4, 5):
    s = udp(); s.setsockopt(IPPROTO_IP, IP_RECVERR, 1); s.setsockopt(IPPROTO_IP, IP_MTU_DISCOVER, mode); s.connect(("10.0.4.2", 9)); say("mode", mode, "mtu", s.getsockopt(IPPROTO_IP, IP_MTU)); attempt("send 1400", s.send, bytes(1400)); pause(); say("mtu", s.getsockopt(IPPROTO_IP, IP_MTU)); queue(s); attempt("recv", s.recv, 9, MSG_DONTWAIT)
    attempt("send 1400", s.send, bytes(1400)); pause(); queue(s)
    open("/proc/sys/net/ipv4/route/flush", "w").write("1") if os.access("/proc/sys/net/ipv4/route/flush", os.W_OK) else None
P
