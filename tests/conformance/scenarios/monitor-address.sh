# Messages about addresses and the routes that follow them.
. "${0%/*}/../lib.sh"
ns a
ip -n a link add v0 type veth peer name v1
ip -n a link set v1 up
watch a ip -n a -4 monitor address route
ip -n a link set lo up
ip -n a addr add 192.0.2.1/24 brd + dev v0
ip -n a link set v0 up
sleep 1.2
ip -n a addr add 192.0.2.2/24 dev v0
ip -n a addr add 192.0.2.3/24 dev v0
ip -n a addr del 192.0.2.1/24 dev v0
ip -n a addr add 198.51.100.1/32 dev v0
ip -n a route add 10.0.0.0/8 dev v0
ip -n a link set v0 down
sleep 1.2
ip -n a link del v0
unwatch a
