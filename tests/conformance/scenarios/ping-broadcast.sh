# Broadcast and multicast pings.
. "${0%/*}/../lib.sh"
ns a b
pair a v0 192.0.2.1/24 b v1 192.0.2.2/24
ip -n a addr add 198.51.100.1/24 brd + dev v0
ip -n b addr add 198.51.100.2/24 brd + dev v1
t ip netns exec a ping -c 1 -W 1 198.51.100.255
t ip netns exec a ping -b -c 1 -W 1 198.51.100.255
t ip netns exec b sh -c 'echo 0 > /proc/sys/net/ipv4/icmp_echo_ignore_broadcasts'
t ip netns exec a ping -b -c 1 -W 1 198.51.100.255
t ip netns exec a ping -b -c 1 -W 1 -I v0 255.255.255.255
t ip netns exec a ping -c 1 -W 1 -I v0 224.0.0.1
t ip -n b -4 maddress show v1
