# Fragmentation: large pings, a small mtu on the way, don't fragment, path mtu learnt.
. "${0%/*}/../lib.sh"
chain
t ip netns exec h1 ping -q -c 2 -i 0.01 -s 4000 10.0.4.2
t ip netns exec h1 ping -q -c 1 -s 65507 10.0.4.2
t ip netns exec h1 ping -q -c 1 -s 65508 10.0.4.2
t ip netns exec h1 ping -n -c 1 -M do -s 1472 10.0.4.2
t ip netns exec h1 ping -n -c 1 -W 1 -M do -s 1473 10.0.4.2
ip -n r2 link set e3 mtu 1300
ip -n r3 link set w3 mtu 1300
t ip netns exec h1 ping -q -c 1 -M dont -s 1472 10.0.4.2
t ip netns exec h1 ping -n -c 1 -W 1 -M do -s 1400 10.0.4.2
t ip netns exec h1 ping -n -c 1 -W 1 -M do -s 1400 10.0.4.2
ip -n h1 route get 10.0.4.2 | sed 's/expires [0-9]*sec/expires <t>/'
t ip netns exec h1 ping -q -c 1 -M want -s 2000 10.0.4.2
t ip netns exec h1 ping -n -c 1 -M do -s 1272 10.0.4.2
