. "$CHECK"
two a b
has '^3 packets transmitted, 3 received, 0% packet loss' ip netns exec a ping -c 3 -i 0.05 10.0.0.2
has '^64 bytes from 10.0.0.1: icmp_seq=1 ttl=64' ip netns exec b ping -c 1 10.0.0.1
has '^4008 bytes from 10.0.0.2' ip netns exec a ping -c 1 -s 4000 10.0.0.2
has 'Network is unreachable' ip netns exec a ping -c 1 203.0.113.1
status 1 ip netns exec a ping -q -c 1 -W 1 10.0.0.77
has 'message too long' ip netns exec a ping -c 1 -W 1 -M do -s 2000 10.0.0.2
has '^500 packets transmitted, 500 received' ip netns exec a ping -q -f -c 500 10.0.0.2
ok ip -n b link set v1 down
status 1 ip netns exec a ping -q -c 1 -W 1 10.0.0.2
ok ip -n b link set v1 up
eventually ip netns exec a ping -q -c 1 -W 1 10.0.0.2
pass
