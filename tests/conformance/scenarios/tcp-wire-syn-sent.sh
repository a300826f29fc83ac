# needs: tun
# What a socket in SYN-SENT answers: acks of what was not sent, resets, SYNs that cross, data and FIN with the SYN-ACK.
. "${0%/*}/../lib.sh"
py <<'P'
from tcpwire import *
w = Wire()
def case(what, *steps, **on):
    s, f = w.connecting(**on); f.forget()
    for step in steps: f.ts = False; f.say(what, **step)
    say("   ", state(s), s.getsockopt(SOL_SOCKET, SO_ERROR)); f.over(s)
S = dict(flags="S.", options=FULL)
case("ack 0", dict(S, ack=0, wait=0.02)); case("ack 2", dict(S, ack=2, wait=0.02)); case("only ACK", dict(flags=".")); case("ACK of 0", dict(flags=".", ack=0, wait=0.02)); case("ACK of 2", dict(flags=".", ack=2, wait=0.02)); case("data and ACK", dict(data=10)); case("data alone", dict(flags="P", data=10))
case("RST", dict(flags="R")); case("RST ACK", dict(flags="R.")); case("RST ACK of 0", dict(flags="R.", ack=0, wait=0.02)); case("RST ACK of 2", dict(flags="R.", ack=2, wait=0.02)); case("SYN RST ACK", dict(flags="SR.")); case("FIN ACK", dict(flags="F.")); case("FIN", dict(flags="F")); case("no flags", dict(flags=""))
case("SYN ACK FIN", dict(S, flags="SF.")); case("SYN ACK data", dict(S, data=20)); case("SYN ACK data FIN", dict(S, flags="SF.", data=20)); case("SYN ACK PSH URG", dict(S, flags="SPU.", urg=1))
case("crossing SYN", dict(flags="S", options=FULL), dict(flags=".", options="nop,nop,ts")); case("crossing SYN, then SYN ACK", dict(flags="S", options=FULL), dict(S, seq=0)); case("crossing SYN with data", dict(flags="S", data=30, options=FULL)); case("crossing SYN FIN", dict(flags="SF", options=FULL))
case("crossing SYN, then RST", dict(flags="S", options=FULL), dict(flags="R")); case("crossing SYN, then bad ACK", dict(flags="S", options=FULL), dict(flags=".", ack=3)); case("crossing SYN, ACK with data", dict(flags="S", options=FULL), dict(flags="P.", data=5)); case("crossing SYN, ACK with FIN", dict(flags="S", options=FULL), dict(flags="F."))
case("crossing SYN asks ECN", dict(flags="SEC", options=FULL), dict(flags="."))
case("echo of another stamp", dict(flags="S.", options="mss 1460,ts 7 5000,nop,nop")); case("echo of a later stamp", dict(flags="S.", options="mss 1460,ts 7 -5000,nop,nop")); case("echo of nothing", dict(flags="S.", options="mss 1460,nop,nop,raw 080a0000000700000000"))
case("window 0", dict(S, win=0)); case("bad checksum", dict(S, spoil=1), dict(S, seq=0)); case("bad offset", dict(flags="S.", offset=4), dict(flags="S.", offset=9, seq=0))
P
