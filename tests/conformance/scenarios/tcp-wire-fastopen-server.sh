# needs: tun
# Fast Open of a server on the wire: cookies asked for and brought, right and wrong; answers, ends and resets before the last ACK.
. "${0%/*}/../lib.sh"
py <<'P'
from tcpwire import *
w = Wire(tcp_fastopen=3); l = w.listener(); l.setsockopt(IPPROTO_TCP, TCP_FASTOPEN, 5); l.setblocking(False); have = ""
def syn(what, data=10, options=None, flags="S", **k): say("#", what); f = w.flow(8080); f.say("SYN", flags, data, options=options or f"{FULL},nop,nop,fastopen{have}", **k); f.ts = "ts" in (options or FULL); return f
def taken():
    try: s, _ = l.accept()
    except OSError as e: say("accept", name_of(e)); return None
    told_info(s, "state options unacked bytes_received data_segs_in snd_cwnd total_retrans"); return s
def plain(what, *args, **k): f = syn(what, *args, **k); f.next = 1; f.say("ACK", "."); s = taken(); f.over(*[s] if s else []); return f
f = plain("asks", 0); have = " " + next(b.hex() for k, b in parsed(f.heard[0].options) if k == 34); say("cookie of", len(have) // 2)
plain("asks, with data", options=FULL + ",nop,nop,fastopen"); plain("data without the option", options=FULL); plain("wrong cookie", options=FULL + ",nop,nop,fastopen " + "00" * 8); plain("short cookie", options=FULL + ",nop,nop,fastopen " + "00" * 4); plain("long cookie", options="mss 1460,nop,nop,fastopen " + "00" * 16); plain("odd cookie", options="mss 1460,nop,nop,nop,fastopen " + "00" * 5)
def case(what, *args, **k): f = syn(what, *args, **k); s = taken(); f.say("ACK", "."); say(state(s), len(s.recv(5000)) if s.recv(1, MSG_PEEK | MSG_DONTWAIT) else 0) if args[:1] != (0,) else say(state(s)); w.act(s.send, b"answer"); f.told("sent"); f.over(s)
case("cookie and data"); case("cookie, no data", 0); case("large", 1400); case("urgent", flags="SU", urg=3); case("ECN too", flags="SEC")
f = syn("answers before the ACK"); s = taken(); w.act(s.send, b"x" * 3000); f.told("answer"); told_info(s, "unacked snd_cwnd state"); f.say("ACK of all", "."); say(state(s)); f.over(s)
f = syn("closed before the ACK"); s = taken(); s.recv(99); w.act(s.close); f.told("closed"); f.say("ACK of all", "."); f.say("FIN", "F."); f.over()
f = syn("shut before the ACK"); s = taken(); w.act(s.shutdown, SHUT_WR); f.told("shut"); say(state(s)); f.say("ACK of the SYN", ".", ack=1); say(state(s)); f.say("ACK", "."); say(state(s)); f.over(s)
f = syn("more data instead of an ACK"); f.say("data", "P.", 20); s = taken(); f.over(s)
f = syn("FIN in the SYN", flags="SF"); f.say("ACK", "."); f.over()
f = syn("not accepted"); f.told("then", 1.2); f.say("ACK", "."); s = taken(); f.over(s)
f = syn("SYN again"); f.say("again", "S", 10, options=f"{FULL},nop,nop,fastopen{have}", seq=0); f.say("without data", "S", options=FULL, seq=0); s = taken(); f.over(s)
f = syn("RST"); f.say("RST", "R"); s = taken(); f.over(s)
f = syn("RST after accept"); s = taken(); f.say("RST", "R"); say(state(s), s.getsockopt(SOL_SOCKET, SO_ERROR)); f.over(s)
f = syn("bad acks"); s = taken(); f.say("ack 9", ".", ack=9); say(state(s)); f.say("ack 0", ".", ack=0); f.say("ack", "."); say(state(s)); f.over(s)
f = syn("the ACK is late"); s = taken(); w.act(s.send, b"x" * 100); f.told("answer", 1.3); told_info(s, "unacked total_retrans state"); f.say("ACK", "."); told_info(s, "unacked total_retrans state snd_cwnd"); f.over(s)
say({k: v for k, v in counters("/proc/net/netstat", "TcpExt").items() if "FastOpen" in k and v})
P
