# Routes: static, default, metric, device routes, gateways, source, protocol, scope, mtu.
. "${0%/*}/../lib.sh"
ns a b
pair a v0 192.0.2.1/24 b v1 192.0.2.2/24
t ip -n a route add 198.51.100.0/24 via 192.0.2.2
t ip -n a route add 198.51.100.0/25 via 192.0.2.3 dev v0
t ip -n a route add 203.0.113.0/24 dev v0
t ip -n a route add default via 192.0.2.2
t ip -n a route add default via 192.0.2.3 metric 100
t ip -n a route add 10.0.0.0/8 via 192.0.2.2 src 192.0.2.1 proto static mtu 1400 metric 7
t ip -n a route add 10.1.0.0/16 via 192.0.2.2 mtu lock 1300 advmss 1200 window 1000
t ip -n a route add 10.2.0.0/16 dev v0 scope link proto 99
t ip -n a route add 172.16.0.0/12 via 172.31.0.1 dev v0 onlink
t ip -n a route add 10.3.3.3 via 192.0.2.2 tos 0x10
t ip -n a -4 route
t ip -n a -4 -d route
json ip -n a -j -4 route
t ip -n a route show proto static
t ip -n a route show dev v0
t ip -n a route show via 192.0.2.3
t ip -n a route show 198.51.100.0/24
t ip -n a route show root 198.51.100.0/24
t ip -n a route show match 198.51.100.5
t ip -n a route show exact default
t ip -n a route del 198.51.100.0/25
t ip -n a route del default metric 100
t ip -n a route del 10.2.0.0/16 dev v0
t ip -n a -4 route
t ip -n a -4 route flush 10.0.0.0/8
t ip -n a -4 route flush root 10.0.0.0/8
t ip -n a -4 route
