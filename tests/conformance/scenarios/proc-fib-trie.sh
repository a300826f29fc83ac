# /proc/net/fib_trie and fib_triestat, from nothing to many prefixes.
. "${0%/*}/../lib.sh"
ns a
show() { t ip netns exec a cat /proc/net/fib_trie; t ip netns exec a cat /proc/net/fib_triestat; }
show
ip -n a link set lo up
show
ip -n a link add v0 type veth peer name v1
ip -n a link set v0 up
ip -n a link set v1 up
ip -n a addr add 192.0.2.1/24 dev v0
show
ip -n a route add 10.0.0.0/8 via 192.0.2.2
ip -n a route add default via 192.0.2.3
ip -n a route add unreachable 10.1.2.0/24 metric 9
ip -n a route add 10.1.2.0/24 tos 0x10 via 192.0.2.2
ip -n a route add 172.16.0.0/12 table 77 via 192.0.2.2
show
