# Routes in other tables; ip rule is listed as a fresh namespace has it.
. "${0%/*}/../lib.sh"
ns a b
pair a v0 192.0.2.1/24 b v1 192.0.2.2/24
t ip -n a -4 rule
t ip -n a route add 10.0.0.0/8 via 192.0.2.2 table 100
t ip -n a route add default via 192.0.2.2 table 1000
t ip -n a route add default via 192.0.2.3 table default
t ip -n a route show table 100
t ip -n a route show table 1000
t ip -n a route show table default
t ip -n a route show table 77
t ip -n a -4 route show table all
t ip -n a route get 10.1.1.1
t ip -n a route flush table 100
t ip -n a route show table 100
t ip -n a route del default table default
t ip -n a route get 10.1.1.1
t ip -n a route flush cache
