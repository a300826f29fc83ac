# UDP: what waits in a socket is bounded by SO_RCVBUF; what is lost is counted, per socket and per namespace.
. "${0%/*}/../lib.sh"
joined_pair
py a <<'P'
from sockets import *
SO_RXQ_OVFL, SO_MEMINFO, SO_RCVBUFFORCE, SO_SNDBUFFORCE = 40, 55, 33, 32
def udp(): s = socket(AF_INET, SOCK_DGRAM); s.settimeout(2); return s
c = udp(); c.bind((HERE, 7999))
def drops(port):
    with open("/proc/net/udp") as f:
        for l in f.readlines()[1:]:
            w = l.split()
            if int(w[1].split(":")[1], 16) == port: return w[4], int(w[-1])
before = counters("/proc/net/snmp", "Udp")
for rcvbuf, size in ((0, 1), (4096, 1), (4096, 100), (4096, 1000), (8192, 1000), (20000, 1400), (20000, 9000), (100000, 60000)):
    s = udp(); s.bind((HERE, 7000)); s.setsockopt(SOL_SOCKET, SO_RCVBUF, rcvbuf)
    for _ in range(200): c.sendto(bytes(size), (HERE, 7000))
    say("buffer", rcvbuf, "size", size)
    n = 0
    s.setblocking(False)
    lost = drops(7000)[1]
    try:
        while True: s.recv(70000); n += 1
    except OSError: pass
    say("got", n, "lost", lost)
    say("meminfo", [x if i in (1, 3) else x != 0 for i, x in enumerate(struct.unpack("9I", s.getsockopt(SOL_SOCKET, SO_MEMINFO, 36)))][:1], "drops there", struct.unpack("9I", s.getsockopt(SOL_SOCKET, SO_MEMINFO, 36))[8] == lost)
    s.close()
after = counters("/proc/net/snmp", "Udp")
say({k: after[k] - before[k] for k in after if k in ("RcvbufErrors", "InErrors", "InDatagrams", "OutDatagrams", "NoPorts")})
say("# SO_RXQ_OVFL")
s = udp(); s.setsockopt(SOL_SOCKET, SO_RCVBUF, 0); s.setsockopt(SOL_SOCKET, SO_RXQ_OVFL, 1); s.bind((HERE, 7001))
for _ in range(20): c.sendto(b"x", (HERE, 7001))
for _ in range(2): say([(l, t, d.hex()) for l, t, d in s.recvmsg(10, 100)[1]])
while True:
    try: s.recv(10, MSG_DONTWAIT)
    except OSError: break
c.sendto(b"x", (HERE, 7001)); say([(l, t, d.hex()) for l, t, d in s.recvmsg(10, 100)[1]])
say("# limits")
for o, v in ((SO_RCVBUF, 1), (SO_SNDBUF, 1), (SO_RCVBUFFORCE, 1 << 25), (SO_SNDBUFFORCE, 1 << 25)):
    s = udp(); attempt(f"{o} {v}", s.setsockopt, SOL_SOCKET, o, v); say(s.getsockopt(SOL_SOCKET, SO_RCVBUF), s.getsockopt(SOL_SOCKET, SO_SNDBUF))
s = udp(); s.setsockopt(SOL_SOCKET, SO_SNDBUF, 0); attempt("small send buffer", s.sendto, bytes(100), (HERE, 7001)); s.setblocking(False); attempt("larger than it", s.sendto, bytes(60000), (HERE, 7001))
P
