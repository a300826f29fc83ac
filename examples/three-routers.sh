#!/bin/sh
# A chain of three routers between two hosts, h1 - r1 - r2 - r3 - h2, with static routes.
# Link number N has the addresses 10.0.N.1 on its left side and 10.0.N.2 on its right.
set -e

for node in h1 r1 r2 r3 h2; do
  ip netns add $node
done

cable() {  # NUMBER LEFT RIGHT: from "right" of the left one to "left" of the right one
  ip link add right netns $2 type veth peer name left netns $3
  ip -n $2 address add 10.0.$1.1/24 dev right
  ip -n $3 address add 10.0.$1.2/24 dev left
  ip -n $2 link set right up
  ip -n $3 link set left up
}
cable 1 h1 r1
cable 2 r1 r2
cable 3 r2 r3
cable 4 r3 h2

for router in r1 r2 r3; do
  ip netns exec $router sh -c 'echo 1 > /proc/sys/net/ipv4/ip_forward'
done

ip -n h1 route add default via 10.0.1.2
ip -n h2 route add default via 10.0.4.1
ip -n r1 route add 10.0.3.0/24 via 10.0.2.2
ip -n r1 route add 10.0.4.0/24 via 10.0.2.2
ip -n r2 route add 10.0.1.0/24 via 10.0.2.1
ip -n r2 route add 10.0.4.0/24 via 10.0.3.2
ip -n r3 route add 10.0.1.0/24 via 10.0.3.1
ip -n r3 route add 10.0.2.0/24 via 10.0.3.1

ip -n r2 route
ip netns exec h1 ping -c 3 -i 0.2 10.0.4.2

# Who is on the way: the router where the time to live runs out says so.
for hops in 1 2 3; do
  ip netns exec h1 ping -c 1 -t $hops 10.0.4.2 | grep 'Time to live exceeded'
done
