# needs: tun
# The window in a recovery, and when its last ack has come: with and without SACK, with ECN's echoes before, in it and with the last ack.
. "${0%/*}/../lib.sh"
py <<'P'
from tcpwire import *
w = Wire(tcp_ecn=1); l = w.listener(SO_SNDBUF=1 << 20)
def case(what, *acks, n=10, options=FULL):
    f = w.flow(8080); f.send("SEC", options=options); w.collect(0.05); f.ts = "ts" in options; f.send("."); s, _ = l.accept()
    m = info(s)["snd_mss"]; w.act(s.send, bytes(m * n)); w.collect(0.05); w.told(); say(what)
    for flags, to, *blocks in acks:
        sack = ("+" if f.ts else "nop,nop,") + "sack " + " ".join(f"{a * m + 1}:{b * m + 1}" for a, b in blocks)
        f.send(flags, ack=to * m + 1, **(dict(options=sack) if blocks else {})); w.collect(0.03); w.told()
        told_info(s, "snd_cwnd snd_ssthresh ca_state retrans lost sacked unacked", f"    {flags} {to}" + (f" {blocks}" if blocks else "") + ":")
    f.over(s)
for options in (FULL, "mss 1460"):
    S = lambda *block: (block,) if options == FULL else ()
    for e in (".", "E."):
        say(options, "ECE" if e == "E." else "no ECE")
        case("one by one", (e, 0, *S(1, 2)), (e, 0, *S(1, 3)), (e, 0, *S(1, 4)), (e, 0, *S(1, 5)), (e, 5), (e, 10), (".", 10), options=options)
        case("the first", (e, 0, *S(1, 2)), (".", 0, *S(1, 3)), (".", 0, *S(1, 4)), (".", 5), (".", 10), options=options)
        case("within", (".", 0, *S(1, 2)), (".", 0, *S(1, 3)), (".", 0, *S(1, 4)), (e, 0, *S(1, 5)), (e, 5), (".", 10), options=options)
        case("the last", (".", 0, *S(1, 2)), (".", 0, *S(1, 3)), (".", 0, *S(1, 4)), (".", 5), (e, 10), (".", 10), options=options)
        if options == FULL: case("all at once", (e, 0, (1, 10)), (e, 10), (".", 10)); case("before", (e, 1), (e, 1, (2, 5)), (e, 10), (".", 10))
P
