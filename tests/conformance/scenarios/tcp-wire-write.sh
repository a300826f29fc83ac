# needs: tun
# How writes become segments: Nagle, TCP_NODELAY, TCP_CORK, MSG_MORE, MSG_EOR, TCP_NOTSENT_LOWAT; PSH bits; urgent data.
. "${0%/*}/../lib.sh"
py <<'P'
from tcpwire import *
w = Wire(); l = w.listener()
def case(what, *steps, options="mss 1460,sackok", **on):
    s, f = w.accepted(l, options); say(what)
    for n, v in on.items(): set_by_name(s, n, v)
    for step in steps:
        if isinstance(step, tuple): w.act(s.send, b"x" * step[0], *step[1:]); f.told("    " + str(step[0]) + "".join(f" {x}" for x in step[1:]))
        elif isinstance(step, int): w.act(s.send, b"x" * step); f.told(f"    {step}")
        elif isinstance(step, float): f.told("    wait", step)
        elif isinstance(step, str): f.say("    " + step, ".", **(dict(ack=int(step.split()[1])) if " " in step else {}))
        else: w.act(set_by_name, s, *step[:2]); f.told(f"    {step[0]} {step[1]}")
    f.over(s)
case("Nagle", 10, 10, 10, "ack", "ack"); case("Nagle, then a full one", 10, 10, 1500, "ack"); case("Nagle, full and a bit", 1470, 10, "ack", "ack"); case("Nagle, two full and a bit", 3000, 100, "ack 2921", "ack"); case("exactly full", 1460, 10, "ack"); case("TCP_NODELAY", 10, 10, 1470, 10, TCP_NODELAY=1); case("TCP_NODELAY later", 10, 10, ["TCP_NODELAY", 1], 5)
case("TCP_CORK", 10, 1460, 10, ["TCP_CORK", 0], TCP_CORK=1); case("corked, and left alone", 10, 0.3, TCP_CORK=1); case("corked, then NODELAY", 10, ["TCP_NODELAY", 1], 5, "ack", 5, TCP_CORK=1); case("MSG_MORE", (10, MSG_MORE), (10, MSG_MORE), (1460, MSG_MORE), 5); case("MSG_MORE left alone", (10, MSG_MORE), 0.3); case("MSG_MORE with NODELAY", (10, MSG_MORE), 10, TCP_NODELAY=1); case("MSG_MORE behind what is out", 10, (10, MSG_MORE), "ack", 10)
case("urgent", (5, MSG_OOB), (5, MSG_OOB), "ack", 10, "ack"); case("urgent behind data", 100, (1, MSG_OOB), "ack"); case("urgent in much", (3000, MSG_OOB), "ack"); case("MSG_EOR", (10, MSG_EOR), (10, MSG_EOR), "ack", "ack"); case("window 1000 is not full", 1000, 500, "ack")
P = struct.pack
s, f = w.accepted(l, "mss 1460,sackok"); s.setsockopt(IPPROTO_TCP, TCP_NOTSENT_LOWAT, 4000); s.setblocking(False); s.send(bytes(14600 + 1000)); f.told("less than the mark unsent"); attempt("more", s.send, bytes(9000)); f.told("sent"); say(inq(s, SIOCOUTQ), inq(s, SIOCOUTQNSD)); f.say("acks", ".", ack=2921); say(inq(s, SIOCOUTQ), inq(s, SIOCOUTQNSD)); f.over(s)
P
