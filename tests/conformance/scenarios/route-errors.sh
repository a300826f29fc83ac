# What goes wrong with routes.
. "${0%/*}/../lib.sh"
ns a b
pair a v0 192.0.2.1/24 b v1 192.0.2.2/24
t ip -n a route add 198.51.100.0/24 via 10.0.0.1
t ip -n a route add 198.51.100.0/24 via 192.0.2.1
t ip -n a route add 198.51.100.0/24 via 192.0.2.255
t ip -n a route add 198.51.100.0/24 via 192.0.2.2
t ip -n a route add 198.51.100.0/24 via 192.0.2.2
t ip -n a route add 198.51.100.0/24 via 192.0.2.3
t ip -n a route add 198.51.100.7/24 via 192.0.2.2
t ip -n a route add 198.51.101.0/24 dev nothing
t ip -n a route add 198.51.101.0/24 via 192.0.2.2 dev lo
t ip -n a route add 198.51.101.0/24
t ip -n a route add 198.51.101.0/24 via 192.0.2.2 src 10.9.9.9
t ip -n a route add 198.51.101.0/24 via 192.0.2.2 mtu 10
t ip -n a route add 198.51.101.0/24 nhid 7
t ip -n a route add nat 198.51.101.0/24 via 192.0.2.2
t ip -n a route del 198.51.102.0/24
t ip -n a route del 198.51.100.0/24 via 192.0.2.77
t ip -n a route replace default via 10.9.9.9
t ip -n a route change 198.51.103.0/24 via 192.0.2.2
t ip -n a route get 10.9.9.9
t ip -n a route get 192.0.2.1 from 10.1.1.1 iif v0
t ip -n a route get 192.0.2.2 from 10.1.1.1
t ip -n a route add 198.51.101.0/24 via fe80::1
t ip -n a link set v0 down
t ip -n a route add 198.51.101.0/24 dev v0
t ip -n a route add 198.51.101.0/24 via 192.0.2.2 dev v0
t ip -n a -4 route show table all
