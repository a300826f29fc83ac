# Label, peer, broadcast, scope, metric, flags of an address.
. "${0%/*}/../lib.sh"
ns a
ip -n a link add v0 type veth peer name v1
ip -n a link set v0 up
t ip -n a addr add 192.0.2.1/24 brd 192.0.2.255 label v0:one dev v0
t ip -n a addr add 192.0.2.9/32 label other dev v0
t ip -n a addr add 10.0.0.1 peer 10.0.0.2/32 dev v0
t ip -n a addr add 10.1.0.1/24 scope link dev v0
t ip -n a addr add 10.2.0.1/24 scope host dev v0
t ip -n a addr add 10.3.0.1/24 metric 77 dev v0
t ip -n a addr add 10.4.0.1/24 noprefixroute dev v0
t ip -n a -4 addr show v0
t ip -n a -4 route show table all
t ip -n a addr show label 'v0:*'
t ip -n a addr show to 10.0.0.0/8
t ip -n a addr show scope link
t ip -n a addr show dev v0 permanent
t ip -n a addr del 10.0.0.1 peer 10.0.0.2/32 dev v0
t ip -n a addr flush dev v0 scope link
t ip -n a addr flush to 10.3.0.0/16
t ip -n a -4 -br addr
