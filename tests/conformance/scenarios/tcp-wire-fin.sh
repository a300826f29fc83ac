# needs: tun
# FIN on the wire: in every state, half closed, closed at once from both sides, again, beyond a hole; acks of it that are lost.
. "${0%/*}/../lib.sh"
py <<'P'
from tcpwire import *
w = Wire(); l = w.listener()
def case(what, *steps, options=FULL):
    s, f = w.accepted(l, options); say(what)
    for step in steps:
        if callable(step): w.act(step, s); f.told("    a call")
        else: f.say("    " + " ".join(f"{k} {v}" for k, v in step.items()), **step)
        try: say("       ", state(s))
        except OSError: pass
    f.over(s)
wr, rd, cl = (lambda s: s.shutdown(SHUT_WR)), (lambda s: s.shutdown(SHUT_RD)), (lambda s: s.close())
A, F = dict(flags="."), dict(flags="F.")
case("we end first, stack answers", F, wr, A, A); case("stack ends first", wr, A, F, A, F); case("FIN and ack in one", wr, F); case("both at once", wr, dict(flags="F.", ack=1), A, A); case("both at once, ack with data", wr, dict(flags="F.", ack=1), dict(data=5))
case("data in FIN-WAIT-1", wr, dict(data=10, ack=1), A, F); case("data in FIN-WAIT-2", wr, A, dict(data=10), F); case("data and FIN", wr, dict(flags="F.", data=10)); case("data in CLOSE-WAIT", F, dict(data=10), A); case("FIN again", F, dict(flags="F.", seq=1), dict(flags="F.", seq=1)); case("another FIN", F, F); case("FIN beyond a hole", dict(flags="F.", seq=11), dict(data=10))
case("sends in CLOSE-WAIT", F, lambda s: s.send(b"late"), A, wr, A); case("SHUT_RD", rd, dict(data=10), F); case("SHUT_RD, then SHUT_WR", rd, wr, A, dict(data=5)); case("closed", cl, A, F, F); case("closed, data comes", cl, dict(data=10)); case("closed, data after the ack", cl, A, dict(data=10)); case("closed, FIN with data", cl, dict(flags="F.", data=10)); case("closed, data before FIN acked", cl, dict(data=10, ack=1))
case("closed in CLOSE-WAIT", F, cl, A); case("closed in CLOSE-WAIT, FIN again", F, cl, dict(flags="F.", seq=1, ack=1), A); case("closed with data to send", lambda s: s.send(b"data"), cl, A); case("closed, unread data", dict(data=5), cl, A); case("closed, unread and FIN", dict(flags="F.", data=5), cl); case("RST in FIN-WAIT-1", wr, dict(flags="R", seq=1)); case("RST in FIN-WAIT-2", wr, A, dict(flags="R")); case("RST in CLOSE-WAIT", F, dict(flags="R")); case("RST in CLOSING", wr, dict(flags="F.", ack=1), dict(flags="R")); case("RST in LAST-ACK", F, wr, dict(flags="R"))
for what, *before in (("FIN-WAIT-1", wr), ("FIN-WAIT-2", wr, A), ("CLOSE-WAIT", F), ("CLOSING", wr, dict(flags="F.", ack=1)), ("LAST-ACK", F, wr)): case("SYN in " + what, *before, dict(flags="S")); case("ack of the future in " + what, *before, dict(flags=".", ack=100)); case("old ack in " + what, *before, dict(flags=".", ack=0)); case("old data in " + what, *before, dict(data=5, seq=-20)); case("beyond the window in " + what, *before, dict(data=5, seq=90000)); case("no ACK in " + what, *before, dict(flags="P", data=4))
def linger(s, on, t): s.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", on, t)); s.close()
case("linger 0", lambda s: linger(s, 1, 0)); case("linger 0 with data", lambda s: s.send(b"abc"), lambda s: linger(s, 1, 0)); case("linger 0 in CLOSE-WAIT", F, lambda s: linger(s, 1, 0)); case("linger 0 in FIN-WAIT-2", wr, A, lambda s: linger(s, 1, 0)); case("linger 0 in CLOSING", wr, dict(flags="F.", ack=1), lambda s: linger(s, 1, 0)); case("linger 0 in LAST-ACK", F, wr, lambda s: linger(s, 1, 0))
s, f = w.connecting(); f.forget(); s.close(); f.told("closed in SYN-SENT"); f.say("SYN ACK", "S."); f.over()
s, f = w.accepted(l); w.act(s.shutdown, SHUT_WR); f.told("FIN again", 0.8); f.over(s)
P
