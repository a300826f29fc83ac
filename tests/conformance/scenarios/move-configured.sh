# Moving a veth that is up and has addresses, routes and neighbours: what survives and what does not.
. "${0%/*}/../lib.sh"
ns a b c
pair a v0 192.0.2.1/24 b v1 192.0.2.2/24
ip -n a link set v0 mtu 1400 txqueuelen 77 alias "moving" group 5
ip -n a link property add dev v0 altname other-name
ip -n a addr add 192.0.2.9/24 dev v0
ip -n a route add 198.51.100.0/24 via 192.0.2.2
ip -n a route add default via 192.0.2.2 metric 50
ip -n a route add 203.0.113.0/24 via 192.0.2.2 table 100
ip -n a neigh add 192.0.2.7 lladdr 02:00:00:00:00:07 dev v0
t ip netns exec a sh -c 'echo 2 > /proc/sys/net/ipv4/conf/v0/rp_filter'
t ip -n a link set v0 netns c
t ip -n a -br link
t ip -n a -4 route show table all
t ip -n a neigh
json ip -n c -j -d link show v0
t ip -n c addr show v0
t ip -n c -4 route show table all
t ip -n c neigh
t ip netns exec c cat /proc/sys/net/ipv4/conf/v0/rp_filter
t ip -n b link show v1
t ip -n c link set v0 up
settle c v0
t ip -n c link show v0
t ip -n c link show other-name
