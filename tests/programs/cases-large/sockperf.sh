# sockperf: latency of TCP and UDP, throughput of both.
. "$CHECK"
need sockperf
two a b
ip netns exec b sockperf server --tcp -i 10.0.0.2 -p 11111 > tcp.log 2>&1 & tcp=$!
ip netns exec b sockperf server -i 10.0.0.2 -p 11112 > udp.log 2>&1 & udp=$!
eventually ip netns exec a nc -z 10.0.0.2 11111
has 'percentile 50' ip netns exec a sockperf ping-pong --tcp -i 10.0.0.2 -p 11111 -t 1
has 'BandWidth is' ip netns exec a sockperf throughput --tcp -i 10.0.0.2 -p 11111 -t 1 -m 1000
has 'percentile 50' ip netns exec a sockperf ping-pong -i 10.0.0.2 -p 11112 -t 1
has 'BandWidth is' ip netns exec a sockperf throughput -i 10.0.0.2 -p 11112 -t 1 -m 1000
kill $tcp $udp
pass
