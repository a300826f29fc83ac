# The end of one side of a veth is the end of the other, also across namespaces and by the death of one.
. "${0%/*}/../lib.sh"
ns a b
pair a v0 192.0.2.1/24 b v1 192.0.2.2/24
t ip -n b link del v1
t ip -n a link show
t ip -n a -4 route show table all
pair a v0 192.0.2.1/24 b v1 192.0.2.2/24
t ip netns del b
gone() { ! ip -n a link show v0 2>/dev/null; }
await gone
t ip -n a link show
t ip -n a -4 route show table all
t ip netns list
