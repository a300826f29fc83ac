# ping that can't: no route, no address, loopback down, nobody there, bad source.
. "${0%/*}/../lib.sh"
ns a b
pair a v0 192.0.2.1/24 b v1 192.0.2.2/24
t ip netns exec a ping -c 1 -W 1 10.0.0.1
t ip netns exec a ping -c 1 -W 1 127.0.0.1
t ip netns exec a ping -c 1 -W 1 192.0.2.1
t ip netns exec a ping -c 1 -I 192.0.2.77 192.0.2.2
t ip netns exec a ping -c 1 -I nothing 192.0.2.2
t ip netns exec a ping -c 1 -W 4 192.0.2.99
t ip -n a link set lo up
t ip netns exec a ping -c 1 -W 4 192.0.2.98
t ip netns exec a ping -c 1 -W 1 no.such.name.invalid
t ip netns exec b sh -c 'echo 1 > /proc/sys/net/ipv4/icmp_echo_ignore_all'
t ip netns exec a ping -c 1 -W 1 192.0.2.2
t ip netns exec a ping -c 1 -W 1 192.0.2.255
t ip -n b link set v1 down
sleep 1.2
t ip netns exec a ping -c 1 -W 1 192.0.2.2
t ip -n a link set v0 down
t ip netns exec a ping -c 1 -W 1 192.0.2.2
