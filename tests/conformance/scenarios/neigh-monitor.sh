# Messages about neighbours.
. "${0%/*}/../lib.sh"
ns a b
pair a v0 192.0.2.1/24 b v1 192.0.2.2/24
watch a ip -n a -4 monitor neigh
ip -n a neigh add 192.0.2.7 lladdr 02:00:00:00:00:07 dev v0
ip -n a neigh replace 192.0.2.7 lladdr 02:00:00:00:00:08 dev v0
ip -n a neigh add 192.0.2.8 lladdr 02:00:00:00:00:08 nud stale dev v0
ip -n a neigh change 192.0.2.8 nud reachable dev v0
ip -n a neigh del 192.0.2.7 dev v0
ip netns exec a ping -q -c 1 192.0.2.2 > /dev/null
ip -n a neigh flush to 192.0.2.8
ip -n a neigh flush dev v0
unwatch a
