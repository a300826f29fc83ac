# A chain of three routers: pings through it, hop by hop by ttl, no route at a router, forwarding off.
. "${0%/*}/../lib.sh"
chain
t ip netns exec h1 ping -q -c 3 -i 0.01 10.0.4.2
t ip netns exec h2 ping -q -c 1 10.0.1.1
for ttl in 1 2 3 4; do t ip netns exec h1 ping -n -c 1 -W 2 -t $ttl 10.0.4.2; done
t ip netns exec h1 ping -n -c 1 -W 2 10.0.3.2
ip -n r3 route del default
ip -n r2 route del 10.0.4.0/24
t ip netns exec h1 ping -n -c 1 -W 2 10.0.4.2
ip -n r2 route add 10.0.4.0/24 via 10.0.3.2
ip -n r3 route add default via 10.0.3.1
ip -n r2 route add prohibit 10.0.4.2
sleep 1
t ip netns exec h1 ping -n -c 1 -W 2 10.0.4.2
ip -n r2 route del prohibit 10.0.4.2
t ip netns exec r1 sh -c 'echo 0 > /proc/sys/net/ipv4/ip_forward'
t ip netns exec h1 ping -n -c 1 -W 1 10.0.4.2
t ip netns exec r1 sh -c 'echo 1 > /proc/sys/net/ipv4/ip_forward'
t ip netns exec h1 ping -n -c 1 -W 2 10.0.4.2
