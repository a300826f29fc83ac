# /proc/net/route as programs read it.
. "${0%/*}/../lib.sh"
ns a b
pair a v0 192.0.2.1/24 b v1 192.0.2.2/24
ip -n a route add 198.51.100.0/24 via 192.0.2.2 metric 5
ip -n a route add default via 192.0.2.3
ip -n a route add blackhole 10.0.0.0/8
t ip netns exec a sed 's/ *$//' /proc/net/route
