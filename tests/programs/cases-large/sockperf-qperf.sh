# sockperf and qperf: latency and bandwidth of TCP and UDP.
. "$CHECK"
need sockperf qperf
two a b
ip netns exec b sockperf server --tcp -i 10.0.0.2 -p 11111 > server.log 2>&1 & server=$!
eventually ip netns exec a nc -z 10.0.0.2 11111
has 'avg-latency=|avg-lat=' ip netns exec a sockperf ping-pong --tcp -i 10.0.0.2 -p 11111 -t 1
kill $server
ip netns exec b qperf & server=$!
eventually ip netns exec a nc -z 10.0.0.2 19765
has 'latency +=' ip netns exec a qperf -t 1 10.0.0.2 tcp_lat
has 'bw +=' ip netns exec a qperf -t 1 10.0.0.2 tcp_bw
has 'latency +=' ip netns exec a qperf -t 1 10.0.0.2 udp_lat
kill $server
pass
