# tcp_fastopen: each mode of clients and servers, with and without TCP_FASTOPEN and TCP_FASTOPEN_NO_COOKIE.
. "${0%/*}/../lib.sh"
joined_pair
py a <<'P'
from sockets import *
TFC, NOC = 30, 34
def mode(ns, v):
    with inside(ns): open("/proc/sys/net/ipv4/tcp_fastopen", "w").write(str(v))
def counts(): return {k:v for k,v in counters("/proc/net/netstat","TcpExt").items() if "FastOpen" in k and v}
def serve(port, *opts, qlen=5):
    with inside("b"):
        s = tcp(); s.bind((server, port)); s.listen()
        if qlen: s.setsockopt(IPPROTO_TCP, TCP_FASTOPEN, qlen)
        for o in opts: s.setsockopt(IPPROTO_TCP, o, 1)
        s.settimeout(0.3); return s
def flag(s): return s.getsockopt(IPPROTO_TCP, TCP_INFO, 8)[5] & 32
def go(what, port, s, *opts, connect=False):
    c = tcp()
    for o in opts: attempt("set", c.setsockopt, IPPROTO_TCP, o, 1)
    try:
        if connect: c.connect((server, port)); was = state(c); c.send(b"data")
        else: was = ""; c.sendto(b"data", MSG_FASTOPEN, (server, port))
        d, _ = s.accept(); got = d.recv(9); say(what, was, got, "client", flag(c), "server", flag(d)); d.close()
    except OSError as e: say(what, name_of(e))
    c.close(); say("  ", counts())
    with inside("b"): say("  server", counts())
port, number = 7000, 10
def fresh():
    global server, number
    number += 1; server = f"192.0.2.{number}"; os.system(f"ip -n b addr add {server}/24 dev v1")
for cm in (1, 5):
    for sm in (0, 2, 0x200, 0x202, 0x400, 0x402, 0x602):
        mode("a", cm); mode("b", sm); fresh()
        for qlen in (0, 5):
            port += 1
            try: s = serve(port, qlen=qlen)
            except OSError as e: say(cm, sm, qlen, name_of(e)); continue
            for i in range(2): go(f"client {cm} server {sm:#x} queue {qlen}", port, s)
            s.close()
mode("a", 1); mode("b", 2); fresh(); port += 1; s = serve(port, NOC)
for opts in ((), (NOC,)):
    for connect in (False, True): go(f"listener without cookies {opts} {connect}", port, s, *(opts + ((TFC,) if connect else ())), connect=connect)
mode("a", 5); go("connect with 4", port, s, TFC, connect=True); mode("a", 0); go("off", port, s); mode("a", 1); go("again", port, s)
P
