# TCP_INFO: the state and what the two sides agreed on.
. "${0%/*}/../lib.sh"
ip link set lo up
py <<'P'
from sockets import *
open("/proc/sys/net/ipv4/tcp_rmem", "w").write("4096 131072 6291456")
def info(s):
    raw = s.getsockopt(IPPROTO_TCP, TCP_INFO, 256); state_, ca, retrans, probes, backoff, opts, wscale = struct.unpack_from("7B", raw)
    return dict(state=STATES[state_], ca=ca, retransmits=retrans, probes=probes, backoff=backoff, options=opts, wscale=wscale), raw
s = tcp(); say("fresh", info(s)[0]); s.bind((HERE, 7000)); s.listen(5); say("listening", info(s)[0]); c = tcp(); c.connect((HERE, 7000)); d, _ = s.accept()
for one in (c, d): say("established", info(one)[0])
raw = info(c)[1]; rto, ato, snd_mss, rcv_mss, unacked, sacked, lost, retrans, fackets = struct.unpack_from("9I", raw, 8); say("snd_mss", snd_mss, "unacked", unacked, "sacked", sacked, "lost", lost, "retrans", retrans, "rto", rto in range(200000, 210001))
pmtu, rcv_ssthresh, rtt, rttvar, ssthresh, cwnd, advmss, reordering = struct.unpack_from("8I", raw, 60); say("pmtu", pmtu, "ssthresh", ssthresh, "cwnd", cwnd, "advmss", advmss, "reordering", reordering, "rtt sane", 0 < rtt < 100000)
c.send(b"x" * 1000); d.recv(2000); d.send(b"y" * 500); c.recv(2000); pause(); raw = info(c)[1]; say("bytes_acked", struct.unpack_from("Q", raw, 120)[0], "bytes_received", struct.unpack_from("Q", raw, 128)[0]); say("bytes_sent", struct.unpack_from("Q", raw, 200)[0])
c.shutdown(SHUT_WR); pause(); say(info(c)[0], info(d)[0]); d.close(); pause(); say(info(c)[0]); say("short reads", len(c.getsockopt(IPPROTO_TCP, TCP_INFO, 8)), len(c.getsockopt(IPPROTO_TCP, TCP_INFO, 104)))
P
