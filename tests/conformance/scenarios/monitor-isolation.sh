# A listener hears its own namespace only.
. "${0%/*}/../lib.sh"
ns a b
watch b ip -n b monitor link address route neigh
watch a ip -n a monitor link
ip -n a link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02
ip -n a addr add 192.0.2.1/24 dev v0
ip -n a link del v0
ip link add w0 type veth peer name w1
ip link del w0
unwatch a b
