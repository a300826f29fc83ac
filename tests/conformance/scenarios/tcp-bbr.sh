# BBR: TCP_CONGESTION, TCP_CC_INFO before, during and after a stream, what TCP_INFO says of it, sysctl and route.
. "${0%/*}/../lib.sh"
ip link set lo up
t ip route add 10.9.0.0/16 dev lo congctl bbr
t ip route show 10.9.0.0/16
t ip route add 10.8.0.0/16 dev lo congctl vegasx
py <<'P'
from sockets import *
import struct, threading
TCP_CC_INFO = 26
def cc(s): return s.getsockopt(IPPROTO_TCP, TCP_CONGESTION, 16).rstrip(b"\0").decode()
def choose(s, name): s.setsockopt(IPPROTO_TCP, TCP_CONGESTION, name)
def told(s, size=64): return s.getsockopt(IPPROTO_TCP, TCP_CC_INFO, size)
def model(s): lo, hi, rtt, pacing, window = struct.unpack("5I", told(s)); return lo | hi << 32, rtt, pacing, window
def info(s): i = s.getsockopt(IPPROTO_TCP, TCP_INFO, 192); return {"state": i[1], "ssthresh": struct.unpack_from("I", i, 76)[0], "cwnd": struct.unpack_from("I", i, 80)[0], "pacing": struct.unpack_from("Q", i, 104)[0], "rate": struct.unpack_from("Q", i, 160)[0]}
names = open("/proc/sys/net/ipv4/tcp_available_congestion_control").read().split()
say("there", "bbr" in names, "reno first", names[0] == "reno", "allowed", "bbr" in open("/proc/sys/net/ipv4/tcp_allowed_congestion_control").read().split())
attempt("sysctl", open("/proc/sys/net/ipv4/tcp_congestion_control", "w", buffering=1).write, "bbr"); say("by sysctl", cc(tcp()) == "bbr")
open("/proc/sys/net/ipv4/tcp_congestion_control", "w").write("reno"); c = tcp()
say("reno tells", told(c)); choose(c, b"bbr"); say(cc(c) == "bbr", "closed", told(c).hex()); choose(c, b"reno"); say("reno again", told(c)); choose(c, b"bbr\0")
l = tcp(); choose(l, b"bbr"); l.bind((HERE, 0)); l.listen(); say("listening", told(l).hex(), [len(told(l, n)) for n in (1, 3, 4, 19, 20, 21)])
c.connect(l.getsockname()); d, _ = l.accept(); say("accepted", cc(d) == "bbr", len(told(d))); bw, rtt, pacing, window = model(d); say("new", bw, rtt > 0, pacing, window); i = info(d); say(i["state"], i["cwnd"], i["ssthresh"], i["pacing"] > 0)
def drain():
    while d.recv(1 << 20): pass
t = threading.Thread(target=drain); t.start()
for _ in range(8): c.sendall(bytes(8 << 20))
bw, rtt, pacing, window = model(c); i = info(c)
say("bandwidth", bw > 10000000, "round trip", 0 < rtt < 1000000, "gains", pacing in (320, 192, 256), window in (512, 256))
say("paced to the model", 0.5 < i["pacing"] / (bw * pacing / 256) < 2, "delivery", 0 < i["rate"] < 10 * bw, "found the pipe", i["ssthresh"] < 0x7fffffff)
choose(c, b"reno"); say("left", cc(c), told(c)); choose(c, b"bbr"); bw, rtt, pacing, window = model(c); say("again", bw, rtt > 0, pacing, window, info(c)["ssthresh"])
c.sendall(bytes(1 << 20)); c.shutdown(SHUT_WR); t.join(); d.close(); say("all arrived"); say("closing", cc(c) == "bbr", len(told(c)))
P
