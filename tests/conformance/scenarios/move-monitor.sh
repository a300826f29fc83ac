# The messages of a move, seen from both namespaces and the peer's.
. "${0%/*}/../lib.sh"
ns a b c
pair a v0 192.0.2.1/24 b v1 192.0.2.2/24
ip -n a neigh add 192.0.2.7 lladdr 02:00:00:00:00:07 dev v0
ip -n a route add 198.51.100.0/24 via 192.0.2.2
watch a ip -n a -4 monitor link address route neigh nsid
watch b ip -n b -4 monitor link address route neigh nsid
watch c ip -n c -4 monitor link address route neigh nsid
t ip -n a link set v0 netns c
sleep 1.2
t ip -n c link set v0 up
sleep 1.2
unwatch a b c
