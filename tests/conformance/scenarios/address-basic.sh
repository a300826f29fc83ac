# Addresses: add, delete, defaults, prefix lengths, the routes that follow.
. "${0%/*}/../lib.sh"
ns a
ip -n a link add v0 type veth peer name v1
ip -n a link set v0 up
ip -n a link set v1 up
settle a v0
t ip -n a addr add 192.0.2.1/24 dev v0
t ip -n a addr add 198.51.100.1 dev v0
t ip -n a addr add 203.0.113.1/30 brd + dev v0
t ip -n a addr add 203.0.113.5/31 brd + dev v0
t ip -n a addr add 10.0.0.1/8 brd 10.255.255.255 dev v0
json ip -n a -j -4 addr show v0
t ip -n a -4 route show table all
t ip -n a addr del 192.0.2.1/24 dev v0
t ip -n a addr del 198.51.100.1/32 dev v0
t ip -n a addr del 203.0.113.5/31 dev v0
t ip -n a -4 addr show v0
t ip -n a -4 route show table all
t ip -n a addr flush dev v0
t ip -n a -4 addr
t ip -n a -4 route show table all
