# busybox, statically linked: its ip, ping, ifconfig, route, arp.
. "${0%/*}/../lib.sh"
ns a b
pair a v0 192.0.2.1/24 b v1 192.0.2.2/24
t ip netns exec a busybox ip addr show v0
t ip netns exec a busybox ip route
t ip netns exec a busybox ping -q -c 2 -i 0.1 192.0.2.2
t ip netns exec a busybox ip neigh show to 192.0.2.2
t ip netns exec a busybox ifconfig v0
t ip netns exec a busybox route -n
t ip netns exec a busybox ip link set v0 mtu 1400
t ip netns exec a busybox ip link show v0
t ip netns exec a busybox ip addr add 198.51.100.1/24 dev v0
t ip netns exec a busybox ip addr del 198.51.100.1/24 dev v0
t ip netns exec a busybox ip link show nothing
