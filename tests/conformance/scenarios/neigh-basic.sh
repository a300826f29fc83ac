# Neighbours: add, replace, change, delete, permanent, proxies, get, flush.
. "${0%/*}/../lib.sh"
ns a b
pair a v0 192.0.2.1/24 b v1 192.0.2.2/24
t ip -n a neigh
t ip -n a neigh add 192.0.2.7 lladdr 02:00:00:00:00:07 dev v0
t ip -n a neigh add 192.0.2.7 lladdr 02:00:00:00:00:08 dev v0
t ip -n a neigh replace 192.0.2.7 lladdr 02:00:00:00:00:09 dev v0
t ip -n a neigh add 192.0.2.8 lladdr 02:00:00:00:00:08 nud reachable dev v0
t ip -n a neigh add 192.0.2.9 lladdr 02:00:00:00:00:09 nud stale dev v0
t ip -n a neigh add 192.0.2.10 lladdr 02:00:00:00:00:10 nud noarp dev v0
t ip -n a neigh change 192.0.2.9 lladdr 02:00:00:00:00:19 nud permanent dev v0
t ip -n a neigh add proxy 192.0.2.50 dev v0
ip -n a neigh show | sort > list
t cat list
t ip -n a neigh show nud all to 192.0.2.10
t ip -n a neigh show proxy
t ip -n a neigh show nud permanent to 192.0.2.7
t ip -n a neigh get 192.0.2.7 dev v0
t ip -n a neigh get 192.0.2.77 dev v0
t ip -n a neigh del 192.0.2.7 dev v0
t ip -n a neigh del 192.0.2.7 dev v0
t ip -n a neigh del proxy 192.0.2.50 dev v0
ip -n a neigh show | sort > list
t cat list
t ip -n a neigh flush dev v0
t ip -n a neigh
t ip -n a neigh flush dev v0 nud permanent
t ip -n a neigh
