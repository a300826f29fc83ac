# What settings of TCP make connections do: TIME-WAIT, MSS, idle windows, buffers.
. "${0%/*}/../lib.sh"
joined_pair
py a <<'P'
from sockets import *
def write(f, t): open("/proc/sys/net/ipv4/" + f, "w").write(t)
def states(port, path="/proc/net/tcp"): return sorted(STATES[int(l.split()[3], 16)] for l in open(path).readlines()[1:] if ":%04X" % port in l and " 0A " not in l)
def info(s, offset, form="I"): return struct.unpack_from(form, s.getsockopt(IPPROTO_TCP, TCP_INFO, 256), offset)[0]
say("TIME-WAIT")
for port, most in ((6001, "2"), (6002, "0"), (6003, "100")):
    write("tcp_max_tw_buckets", most); l = listener(port=port)
    for _ in range(4):
        c = tcp(); c.connect((HERE, port)); s = l.accept()[0]; c.close(); s.close()
    pause(); say(most, states(port).count("TIME_WAIT")); l.close()
write("ip_local_port_range", "5000 5000")
ways = [(reuse, address, listener("0.0.0.0", 6010 + int(reuse)) if address == HERE else None) for reuse in "012" for address in (HERE, "192.0.2.1")]
listeners = {reuse: l for reuse, _, l in ways if l}
def again(reuse, address):
    c = tcp(); c.connect((address, 6010 + int(reuse))); s = listeners[reuse].accept()[0]; c.close(); s.close()
for reuse, address, _ in ways: again(reuse, address)
for when in ("at once", "after a second"):
    for reuse, address, _ in ways: write("tcp_tw_reuse", reuse); attempt(f"reuse {reuse} {address} {when}", again, reuse, address)
    pause(1.2)
write("ip_local_port_range", "32768 60999")
say("how it begins")
l = listener(port=7010); write("tcp_reordering", "9"); c = tcp(); c.connect((HERE, 7010)); s = l.accept()[0]; say("reordering", info(c, 88), info(s, 88)); write("tcp_reordering", "3")
for port, least in ((6021, "48"), (6022, "1000")):
    write("tcp_min_snd_mss", least); m = tcp(); m.setsockopt(IPPROTO_TCP, TCP_MAXSEG, 600); m.bind(("192.0.2.1", port)); m.listen()
    c = tcp(); c.connect(("192.0.2.1", port)); s = m.accept()[0]; say("smallest MSS", least, info(c, 16), info(s, 16)); m.close()
write("tcp_min_snd_mss", "48")
say("idle windows")
for restart in ("1", "0"):
    write("tcp_slow_start_after_idle", restart); c = tcp(); c.setsockopt(IPPROTO_TCP, TCP_CONGESTION, b"cubic"); c.setsockopt(IPPROTO_TCP, TCP_MAXSEG, 500); c.connect((HERE, 7010)); s = l.accept()[0]
    for _ in range(20): c.sendall(b"x" * 100000); received(s, 100000)
    big = info(c, 80); pause(1); c.send(b"x"); received(s, 1); say(restart, "grew", big > 20, "still", info(c, 80) >= big - 2)
say("buffers")
for port, moderate in ((6031, "0"), (6032, "1")):
    write("tcp_moderate_rcvbuf", moderate); m = listener(port=port); c = tcp(); c.connect((HERE, port)); s = m.accept()[0]; before = s.getsockopt(SOL_SOCKET, SO_RCVBUF)
    pid = os.fork()
    if pid == 0: c.sendall(b"x" * 30000000); os._exit(0)
    received(s, 30000000); os.waitpid(pid, 0)
    say(moderate, "grown", s.getsockopt(SOL_SOCKET, SO_RCVBUF) > before)
P
