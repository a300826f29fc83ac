# needs: tun
# The segments of TCP handshakes, in both directions: options and their order, windows, what odd SYNs agree on.
. "${0%/*}/../lib.sh"
py <<'P'
from tcpwire import *
w = Wire(windows=True)
s, f = w.connecting(); f.told("SYN"); f.say("SYN-ACK", "S.", options=FULL); say(state(s)); f.over(s)
for options in ("", "mss 1460", "mss 536,sackok", "mss 1460,nop,wscale 3", "mss 1460,ts,nop,nop", "mss 9000,sackok,ts,nop,wscale 14", "mss 1460,nop,wscale 15", "mss 20", "sackok,sackok", "mss 0", "raw 0204", "raw 020405", "mss 1460,raw 03"):
    s, f = w.connecting(); f.forget(); f.ts = False; f.say(f"SYN-ACK <{options}>", "S.", options=options); told_info(s, "options wscale snd_mss rcv_mss advmss snd_wnd"); f.over(s)
l = w.listener()
for options in (FULL, "", "mss 1460", "mss 536,sackok", "mss 1460,nop,wscale 3", "mss 1460,ts,nop,nop", "mss 9000,sackok,ts,nop,wscale 14", "mss 1460,nop,wscale 15", "mss 20", "sackok,mss 1460,eol,wscale 3", "raw 0204", "raw 020405", "raw fd0401020204", "fastopen"):
    f = w.flow(8080); f.say(f"SYN <{options}>", "S", options=options); f.ts = "ts" in options; f.say("its ACK", "."); s, _ = l.accept(); told_info(s, "options wscale snd_mss rcv_mss advmss snd_wnd snd_cwnd"); f.over(s)
for flags in ("SF", "SR", "SP", "SU", "SE", "SEC", "SC", "S.", "F", "", "R", "R.", ".", "P.", "F."):
    f = w.flow(8080); f.say(f"listener gets {flags}", flags); f.over()
f = w.flow(8080); f.say("SYN with data", "S", 100); f.say("ACK", "."); s, _ = l.accept(); say(inq(s)); f.over(s)
for flags in ("S", "S.", "SF", "", "F", ".", "P.", "F.", "R", "R.", "U"):
    f = w.flow(81); f.say(f"nobody gets {flags}", flags, 0 if flags in "RS" else 5)
P
