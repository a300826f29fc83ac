# qperf between two namespaces: TCP and UDP, bandwidth and latency. Its server listens by AF_INET6 sockets alone, and is asked by IPv4.
. "$CHECK"
need qperf
two a b
ip -n b link set lo up
ip netns exec b qperf -lp 7000 & server=$!
eventually ip netns exec b grep -q ':1B58 .* 0A ' /proc/net/tcp6
ip netns exec a qperf -lp 7000 10.0.0.2 -t 1 tcp_lat tcp_bw udp_lat udp_bw > result || { cat result; fail "qperf"; }
ip netns exec a qperf -lp 7000 10.0.0.2 quit
ok python3 - <<'P'
import re
out = open("result").read()
for test, figure in {"tcp_bw": "bw", "tcp_lat": "latency", "udp_bw": "recv_bw", "udp_lat": "latency"}.items():
    found = re.search(rf"^{test}:\n(?: +[a-z_]+ += .*\n)*? +{figure} += +([0-9.e+]+) ", out, re.M)
    assert found and float(found[1]) > 0, (test, out)
P
wait $server || fail "the server ended with $?"
pass
