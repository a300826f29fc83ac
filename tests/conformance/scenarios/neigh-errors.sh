# What goes wrong with neighbours.
. "${0%/*}/../lib.sh"
ns a
ip -n a link add v0 type veth peer name v1
ip -n a link set v0 up
t ip -n a neigh add 192.0.2.7 dev v0
t ip -n a neigh add 192.0.2.7 lladdr 02:00 dev v0
t ip -n a neigh add 192.0.2.7 lladdr 02:00:00:00:00:07
t ip -n a neigh add 192.0.2.7 lladdr 02:00:00:00:00:07 dev nothing
t ip -n a neigh del 192.0.2.7 dev v0
t ip -n a neigh change 192.0.2.7 lladdr 02:00:00:00:00:07 dev v0
t ip -n a neigh add 192.0.2.7 nud none dev v0
t ip -n a neigh add 224.0.0.1 lladdr 02:00:00:00:00:07 dev v0
t ip -n a neigh add 192.0.2.7 lladdr 02:00:00:00:00:07 dev lo
ip -n a neigh show nud all | sort
t ip -n a neigh get 192.0.2.7
t ip -n a link set v0 down
t ip -n a neigh add 192.0.2.8 lladdr 02:00:00:00:00:07 dev v0
ip -n a neigh | sort
