# replace, append, prepend, change, test: which entries there are then, and in which order.
. "${0%/*}/../lib.sh"
ns a b
pair a v0 192.0.2.1/24 b v1 192.0.2.2/24
watch a ip -n a -4 monitor route
t ip -n a route add 10.0.0.0/8 via 192.0.2.2
t ip -n a route append 10.0.0.0/8 via 192.0.2.3
t ip -n a route append 10.0.0.0/8 via 192.0.2.3
t ip -n a route prepend 10.0.0.0/8 via 192.0.2.4
t ip -n a -4 route
t ip -n a route replace 10.0.0.0/8 via 192.0.2.5
t ip -n a -4 route
t ip -n a route change 10.0.0.0/8 via 192.0.2.6
t ip -n a -4 route
t ip -n a route replace 10.0.0.0/8 via 192.0.2.7 metric 9
t ip -n a route del 10.0.0.0/8
t ip -n a route del 10.0.0.0/8
t ip -n a -4 route
t ip -n a route replace 10.0.0.0/8 via 192.0.2.7 metric 9
t ip -n a route test 10.0.0.0/8 via 192.0.2.7
t ip -n a route flush 10.0.0.0/8
t ip -n a -4 route
unwatch a
