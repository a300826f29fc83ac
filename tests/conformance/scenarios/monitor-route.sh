# Messages about routes, a timestamp taken off; `ip monitor all` with its labels.
. "${0%/*}/../lib.sh"
ns a b
pair a v0 192.0.2.1/24 b v1 192.0.2.2/24
watch a ip -n a -4 monitor route
watch labels ip -n a -4 monitor label link address route
ip -n a route add default via 192.0.2.2
ip -n a route add 10.0.0.0/8 via 192.0.2.2 metric 5 mtu 1400 table 100
ip -n a route replace default via 192.0.2.3
ip -n a route add blackhole 10.1.0.0/16
ip -n a route del default
ip -n a addr add 198.51.100.1/24 dev v0
ip -n a link set v0 down
unwatch a labels
