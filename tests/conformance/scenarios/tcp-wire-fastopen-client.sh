# needs: tun
# Fast Open of a client on the wire: asking for a cookie, data with the SYN, what of it the SYN-ACK takes, falling back.
. "${0%/*}/../lib.sh"
py <<'P'
from tcpwire import *
w = Wire(tcp_fastopen=3); cookie = "fastopen 0102030405060708"; was = {}
def counts():
    now = {k: v for k, v in counters("/proc/net/netstat", "TcpExt").items() if "FastOpen" in k or k == "TCPSynRetrans"}; out = {k: v - was.get(k, 0) for k, v in now.items() if v != was.get(k, 0)}; was.update(now); return out
def client(what, data=b"hello", **on):
    f, s = w.flow(None, w.next_port + 1000), tcp(False); say("#", what)
    for k, v in on.items(): set_by_name(s, k, v)
    w.acted = time.monotonic(); attempt("sendto", s.sendto, data, MSG_FASTOPEN, (US, f.remote)); f.told("SYN"); return s, f
def has(s): told_info(s, "options unacked lost retrans bytes_acked total_retrans data_segs_out bytes_sent bytes_retrans snd_cwnd state"); say("   ", counts())
def case(what, data=b"hello", options=FULL, flags="S.", ack=None, early=b"", then=True, wait=None, **on):
    s, f = client(what, data, **on); f.say("SYN-ACK", flags, early, options=options, ack=ack, wait=wait); f.ts = "ts" in options; has(s)
    if then: f.say("ack", "."); say(inq(s))
    f.over(s)
case("no cookie yet", options=f"{FULL},{cookie}"); case("all is taken"); case("nothing is taken", ack=1); case("a part is taken", ack=3); case("more is acknowledged", ack=9, then=False, wait=0.02); case("large", bytes(5000)); case("large, nothing taken", bytes(5000), ack=1); case("no stamps, no SACK", bytes(2000), "mss 1460")
case("data in the SYN-ACK", early=b"early"); case("data and FIN in the SYN-ACK", early=b"early", flags="SF.", then=False); case("data in the SYN-ACK, ours not taken", early=b"early", ack=1); case("smaller mss", bytes(3000), "mss 600,sackok,ts,nop,wscale 7"); case("mss that was learnt", bytes(3000)); case("TCP_MAXSEG", bytes(3000), ack=1, TCP_MAXSEG=700)
s, f = client("no answer"); f.told("then", 1.3); has(s); f.say("SYN-ACK", "S.", options=FULL, ack=1); f.ts = True; has(s); f.over(s); case("tried again")
s, f = client("refused"); f.say("RST", "R."); say(state(s), s.getsockopt(SOL_SOCKET, SO_ERROR)); f.over(s); counts()
case("another cookie", options=f"{FULL},fastopen 11121314151617181920212223242526"); case("with that"); case("nothing to say", b"")
s, f = client("unreachable"); w.icmp(f, 3, 1, seq=0); f.told("then"); say(state(s), s.getsockopt(SOL_SOCKET, SO_ERROR)); f.over(s)
for what, ack in (("crossing SYN", None), ("crossing SYN, data not taken", 1)): s, f = client(what); f.say("S", "S", options=FULL); f.say("ack", ".", ack=ack, options="nop,nop,ts", wait=0.3); has(s); f.over(s)
s, f = client("shut"); w.act(s.shutdown, SHUT_WR); f.told("then"); f.over(s)
s, f = w.connecting(); f.forget(); attempt("a connect goes on", s.sendto, b"x", MSG_FASTOPEN, (US, f.remote)); f.send("S.", options=FULL); f.forget(); attempt("it has ended", s.sendto, b"x", MSG_FASTOPEN, (US, f.remote)); attempt("known", s.sendto, b"x", MSG_FASTOPEN, (US, f.remote)); f.over(s)
s, f = client("too large for the path", bytes(3000)); w.icmp(f, 3, 4, 1000, seq=0); f.told("then"); f.say("SYN-ACK", "S.", options=FULL); f.ts = True; has(s); f.over(s)
open("/proc/sys/net/ipv4/tcp_ecn", "w").write("1"); case("asking for ECN too"); case("ECN granted", flags="SE.")
s, f = client("ECN, no answer"); f.told("then", 1.3); f.say("SYN-ACK", "S.", options=FULL, ack=1); f.ts = True; has(s); f.over(s)
P
