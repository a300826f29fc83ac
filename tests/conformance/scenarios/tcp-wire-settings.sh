# needs: tun
# Settings of TCP that show in single segments: tcp_ecn_fallback, tcp_stdurg, tcp_workaround_signed_windows.
. "${0%/*}/../lib.sh"
py <<'P'
from tcpwire import *
w = Wire(tcp_syn_retries=2, windows=False); l = w.listener()
put("tcp_ecn", 1)
for n in (1, 0):
    put("tcp_ecn_fallback", n)
    s, f = w.connecting(); f.told(f"tcp_ecn_fallback {n}", 1.3); f.say("granted late", "SE.", options=FULL); f.ts = True; w.act(s.send, b"x" * 100); f.told("data"); f.over(s)
put("tcp_ecn", 2); put("tcp_ecn_fallback", 1)
def urgent(s, what):
    out = []
    for flags in (MSG_OOB, 0, 0):
        try: out.append(s.recv(100, flags | MSG_DONTWAIT))
        except OSError as e: out.append(errno.errorcode[e.errno])
    say("   ", what, *out)
for n in (0, 1):
    put("tcp_stdurg", n); say(f"tcp_stdurg {n}")
    for at in (1, 3, 5, 6):
        s, f = w.accepted(l); s.setblocking(False)
        f.say(f"pointer {at}", "PU.", data=5, urg=at); urgent(s, "read"); f.over(s)
    s, f = w.accepted(l); s.setblocking(False); f.say("pointer 0", "PU.", data=5, urg=0); urgent(s, "read"); f.over(s)
    s, f = w.accepted(l); w.act(s.send, b"hello", MSG_OOB); f.told("sent urgent"); f.over(s)
put("tcp_stdurg", 0)
w.windows = True  # as long as a window is not what a buffer is worth
for n in (0, 1):
    put("tcp_workaround_signed_windows", n)
    for options in ("mss 1460,sackok", FULL):
        say(f"tcp_workaround_signed_windows {n}, {options}")
        told = "wscale" not in options or n
        l2 = w.listener(8090, SO_RCVBUF=200000)
        f = w.flow(8090); f.say("accepting", "S", options=options); f.ts = "ts" in options; f.send("."); s, _ = l2.accept(); f.forget()
        if told: f.say("data", data=10)
        f.over(s); l2.close()
        s, f = w.connecting(SO_RCVBUF=200000); f.told("connecting"); f.ts = "ts" in options; f.send("S.", options=options)
        if told: f.told("stands"); f.say("data", data=10)
        f.over(s)
P
