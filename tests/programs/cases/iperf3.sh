# iperf3 between two namespaces: TCP there, back, both ways, eight at once; UDP. All bytes asked for arrive.
. "$CHECK"
two a b
ip netns exec b iperf3 -s --forceflush > server.log 2>&1 & server=$!
eventually grep -q 'listening on' server.log
measure() {
  ip netns exec a iperf3 -J -c 10.0.0.2 "$@" > result || { cat result; fail "iperf3 $*"; }
  ok python3 - "$@" <<'P'
import json, sys
end = json.load(open("result"))["end"]
udp = "-u" in sys.argv
for name in ("sum",) if udp else ("sum_received", "sum_received_bidir_reverse") if "--bidir" in sys.argv else ("sum_received",):
    assert end[name]["bytes"] > (2 if udp else 10) * 1000000, (name, end[name])
    assert not udp or end[name]["lost_percent"] < 5, end[name]
P
}
measure -n 30M
measure -n 30M -R
measure -n 200M --bidir # it ends when one direction has sent that; how far the other is by then is chance
measure -n 30M -P 8
measure -u -b 20M -n 3M # slowly: what is lost at any speed when the reader gets no processor says nothing
measure -n 30M -M 600 -w 64K
kill $server
pass
