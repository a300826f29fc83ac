# Routes over a link without carrier, and what a device that goes down or away takes with it.
. "${0%/*}/../lib.sh"
ns a b
pair a v0 192.0.2.1/24 b v1 192.0.2.2/24
ip -n a route add 198.51.100.0/24 via 192.0.2.2
ip -n a route add 10.0.0.0/8 via 192.0.2.2 table 100
t ip -n b link set v1 down
sleep 1.2
t ip -n a -4 route show table all
t ip -n a route get 198.51.100.1
t ip netns exec a sh -c 'echo 1 > /proc/sys/net/ipv4/conf/v0/ignore_routes_with_linkdown'
t ip -n a route get 198.51.100.1
t ip -n b link set v1 up
settle a v0
t ip -n a -4 route show table all
t ip -n a link set v0 down
t ip -n a -4 route show table all
t ip -n a link set v0 up
t ip -n a route add 198.51.100.0/24 via 192.0.2.2
t ip -n a link del v0
t ip -n a -4 route show table all
