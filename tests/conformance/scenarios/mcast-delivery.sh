# Who gets a multicast or broadcast: members, several sockets, IP_MULTICAST_ALL, filters by source, loop, TTL, interface.
. "${0%/*}/../lib.sh"
joined_pair
ip -n a route add 224.0.0.0/4 dev v0
ip -n b route add 224.0.0.0/4 dev v1
ip -n b addr add 192.0.2.22/24 dev v1
py a <<'P'
from sockets import *
IP_RECVTTL, ADD, DROP, UNBLOCK, BLOCK, ADD_SRC, DROP_SRC, MALL = 12, 35, 36, 37, 38, 39, 40, 49
a = inet_aton
def udp(address="0.0.0.0", port=0):
    s = socket(AF_INET, SOCK_DGRAM); s.setsockopt(SOL_SOCKET, SO_RCVTIMEO, struct.pack("qq", 0, 300000)); s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1); s.setsockopt(SOL_SOCKET, SO_BROADCAST, 1)
    if port: s.bind((address, port))
    return s
def join(s, g, dev="192.0.2.1"): s.setsockopt(IPPROTO_IP, ADD, a(g) + a(dev))
def who(*socks):
    pause(0.06); out = []
    for s in socks:
        n = []
        while True:
            try: n.append(s.recv(100, MSG_DONTWAIT).decode())
            except OSError as e: break
        out.append(" ".join(n) or "-")
    return out
G = "239.1.1.1"
with inside("b"):
    far = udp("0.0.0.0", 7000); far.setsockopt(IPPROTO_IP, IP_MULTICAST_TTL, 4)
    far2 = udp("192.0.2.22", 7001); far2.setsockopt(IPPROTO_IP, IP_MULTICAST_IF, a("192.0.2.22"))
r = [udp("0.0.0.0", 7000) for _ in range(3)]
far.sendto(b"nobody-joined", (G, 7000)); say(who(*r))
join(r[0], G); far.sendto(b"one-joined", (G, 7000)); say("all sockets of the port, as IP_MULTICAST_ALL is set", who(*r))
r[1].setsockopt(IPPROTO_IP, MALL, 0); far.sendto(b"one-without", (G, 7000)); say(who(*r))
join(r[1], "239.9.9.9"); far.sendto(b"other", (G, 7000)); say(who(*r)); join(r[1], G); far.sendto(b"joined", (G, 7000)); say(who(*r))
g = udp(G, 7000); h = udp("239.1.1.2", 7000); u = udp("192.0.2.1", 7000); far.sendto(b"bound-to-group", (G, 7000)); say(who(*r, g, h, u))
say("# sources")
q = udp(G, 7002); q.setsockopt(IPPROTO_IP, ADD_SRC, a(G) + a("192.0.2.1") + a("192.0.2.2"))
far.sendto(b"allowed", (G, 7002)); far2.sendto(b"not-allowed", (G, 7002)); say(who(q))
q.setsockopt(IPPROTO_IP, ADD_SRC, a(G) + a("192.0.2.1") + a("192.0.2.22")); far2.sendto(b"now", (G, 7002)); say(who(q)); q.close()
q = udp("0.0.0.0", 7002); join(q, G); q.setsockopt(IPPROTO_IP, BLOCK, a(G) + a("192.0.2.1") + a("192.0.2.2")); far.sendto(b"blocked", (G, 7002)); far2.sendto(b"other", (G, 7002)); say(who(q)); q.setsockopt(IPPROTO_IP, UNBLOCK, a(G) + a("192.0.2.1") + a("192.0.2.2")); far.sendto(b"unblocked", (G, 7002)); say(who(q))
say("# our own")
c = udp(); c.sendto(b"loop", (G, 7000)); say(who(*r, g, far)); c.setsockopt(IPPROTO_IP, IP_MULTICAST_LOOP, 0); c.sendto(b"no-loop", (G, 7000)); say(who(*r, g, far))
with inside("b"): far.setsockopt(IPPROTO_IP, ADD, a(G) + a("192.0.2.2"))
c.sendto(b"out", (G, 7000)); say(who(far)); c.setsockopt(IPPROTO_IP, IP_MULTICAST_TTL, 0); c.setsockopt(IPPROTO_IP, IP_MULTICAST_LOOP, 1); c.sendto(b"ttl-0", (G, 7000)); say(who(*r, far)); c.setsockopt(IPPROTO_IP, IP_MULTICAST_TTL, 1)
attempt("by lo", c.setsockopt, IPPROTO_IP, IP_MULTICAST_IF, a("127.0.0.1")); c.sendto(b"by-lo", (G, 7000)); say(who(*r, far)); say(inet_ntoa(c.getsockopt(IPPROTO_IP, IP_MULTICAST_IF, 4)))
attempt("by nobody", c.setsockopt, IPPROTO_IP, IP_MULTICAST_IF, a("192.0.2.99")); attempt("by index", c.setsockopt, IPPROTO_IP, IP_MULTICAST_IF, bytes(8) + struct.pack("i", if_nametoindex("v0"))); say(c.getsockopt(IPPROTO_IP, IP_MULTICAST_IF, 4)); c.sendto(b"by-v0", (G, 7000)); say(who(*r, far)); attempt("off", c.setsockopt, IPPROTO_IP, IP_MULTICAST_IF, bytes(4)); attempt("index 99", c.setsockopt, IPPROTO_IP, IP_MULTICAST_IF, bytes(8) + struct.pack("i", 99)); attempt("short", c.setsockopt, IPPROTO_IP, IP_MULTICAST_IF, b"aa"); attempt("8 bytes", c.setsockopt, IPPROTO_IP, IP_MULTICAST_IF, bytes(4) + a("192.0.2.1"))
say("# what the receiver sees")
r[0].setsockopt(IPPROTO_IP, 8, 1); r[0].setsockopt(IPPROTO_IP, IP_RECVTTL, 1); far.sendto(b"x", (G, 7000)); m = r[0].recvmsg(9, 200); say([(t, d.hex()) for _, t, d in m[1]], shown(m[3])); c.sendto(b"x", (G, 7000)); m = r[0].recvmsg(9, 200); say([(t, d.hex()) for _, t, d in m[1]], m[3][0]); far.connect((G, 7000)); say(far.getsockname()[0])
far.send(b"connected"); say(who(r[0]))
say("# broadcast")
before = counters("/proc/net/snmp", "Udp"); b = [udp("0.0.0.0", 7010), udp("192.0.2.255", 7010), udp("192.0.2.1", 7010), udp("0.0.0.0", 7011)]
far2.sendto(b"subnet", ("192.0.2.255", 7010)); say(who(*b)); far2.setsockopt(SOL_SOCKET, SO_BINDTODEVICE, b"v1"); far2.sendto(b"ones", ("255.255.255.255", 7010)); say(who(*b)); c.sendto(b"own", ("192.0.2.255", 7010)); say(who(*b)); far2.sendto(b"nobody", ("192.0.2.255", 7099)); pause(); after = counters("/proc/net/snmp", "Udp"); say({k: after[k] - before[k] for k in after if k in ("IgnoredMulti", "NoPorts", "InErrors", "InDatagrams")})
n = udp(); n.setsockopt(SOL_SOCKET, SO_BROADCAST, 0); attempt("not allowed", n.sendto, b"x", ("192.0.2.255", 7010))
say("# ping and raw"); w = socket(AF_INET, SOCK_RAW, 200); w.setsockopt(SOL_SOCKET, SO_RCVTIMEO, struct.pack("qq", 0, 300000))
with inside("b"): f = socket(AF_INET, SOCK_RAW, 200)
f.sendto(b"raw", (G, 0)); say(len(w.recv(100))); w.setsockopt(IPPROTO_IP, MALL, 0); f.sendto(b"raw", (G, 0)); attempt("raw without IP_MULTICAST_ALL", w.recv, 100)
P
