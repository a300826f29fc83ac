# The old interface: ifconfig and route of net-tools, by ioctl.
. "${0%/*}/../lib.sh"
ns a
ip -n a link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02
ip -n a link set v1 up
t ip netns exec a ifconfig v0 192.0.2.1 netmask 255.255.255.0 up
settle a v0
t ip netns exec a ifconfig v0 mtu 1400
t ip netns exec a ifconfig v0
t ip -n a -4 addr show v0
t ip netns exec a route add default gw 192.0.2.2
t ip netns exec a route add -net 198.51.100.0 netmask 255.255.255.0 gw 192.0.2.3
t ip netns exec a route -n
t ip netns exec a route del default
t ip netns exec a ifconfig v0:1 192.0.2.9 netmask 255.255.255.0
t ip -n a -4 addr show v0
t ip netns exec a ifconfig v0:1 down
t ip netns exec a ifconfig nothing
t ip netns exec a ifconfig v0 hw ether 02:00:00:00:00:99
t ip netns exec a arp -s 192.0.2.5 02:00:00:00:00:05
t ip netns exec a arp -n
t ip netns exec a ifconfig v0 down
t ip netns exec a ifconfig -a -s
