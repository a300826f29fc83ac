# Options of a veth at creation: name, address, mtu, index, netns of the peer.
. "${0%/*}/../lib.sh"
ns a b
t ip -n a link add v0 address 02:00:00:00:00:01 mtu 1400 type veth peer name v1 address 02:00:00:00:00:02 mtu 1300 netns b
json ip -n a -j -d link show v0
json ip -n b -j -d link show v1
t ip -n a link add w0 type veth peer name w1 txqueuelen 50
t ip -n a link show
t ip -n a link add x0 netns b type veth peer name x1
t ip -n a link show
t ip -n b link show
t ip -n a link add y0 index 40 type veth peer name y1 index 41 netns b
t ip -n b link show y1
t ip -n a link add z0 type veth peer netns b
t ip -n b link show type veth
t ip -n a link add z1 type veth peer name v1 netns b
t ip -n a link add z1 type veth peer name z2 netns nowhere
t ip -n a link add z1 type veth peer
t ip -n b -br link
