# What goes wrong with addresses.
. "${0%/*}/../lib.sh"
ns a
ip -n a link add v0 type veth peer name v1
t ip -n a addr add 192.0.2.1/24 dev v0
t ip -n a addr add 192.0.2.1/24 dev v0
t ip -n a addr add 192.0.2.1/25 dev v0
t ip -n a addr add 192.0.2.1/24 dev v1
t ip -n a addr add 192.0.2.1/33 dev v0
t ip -n a addr add 192.0.2.1/24 dev nothing
t ip -n a addr add 192.0.2.1/24
t ip -n a addr add 300.1.1.1/24 dev v0
t ip -n a addr del 192.0.2.77/24 dev v0
t ip -n a addr del 192.0.2.1/26 dev v0
t ip -n a addr del 192.0.2.1 dev v0
t ip -n a -4 addr
t ip -n a addr add 224.0.0.5/24 dev v0
t ip -n a addr add 0.0.0.0/24 dev v0
t ip -n a addr add 255.255.255.255/32 dev v0
t ip -n a addr replace 192.0.2.1/24 dev v0
t ip -n a addr change 192.0.2.1/24 dev v0
t ip -n a addr add 192.0.2.2/24 valid_lft 10 preferred_lft 20 dev v0
t ip -n a addr add 192.0.2.2/24 valid_lft 0 dev v0
t ip -n a -4 addr
