# Addresses stay when a device goes down, its routes go; both come back.
. "${0%/*}/../lib.sh"
ns a
ip -n a link add v0 type veth peer name v1
ip -n a link set v1 up
t ip -n a addr add 192.0.2.1/24 dev v0
t ip -n a -4 route show table all
t ip -n a link set v0 up
settle a v0
t ip -n a route add 198.51.100.0/24 via 192.0.2.2
t ip -n a -4 route show table all
t ip -n a link set v0 down
t ip -n a -4 addr show v0
t ip -n a -4 route show table all
t ip -n a link set v0 up
settle a v0
t ip -n a -4 route show table all
