# Ids that a link between two namespaces brings about; they stay when it has gone.
. "${0%/*}/../lib.sh"
ns a b
watch a ip -n a monitor nsid
watch b ip -n b monitor nsid
t ip -n a link add v0 type veth peer name v1 netns b
t ip -n a netns list-id
t ip -n b netns list-id
t ip -n a link show v0
t ip -n b link show v1
t ip -n a link del v0
t ip -n a netns list-id
ip netns list | sort
unwatch a b
