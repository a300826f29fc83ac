# What goes wrong with links, and what the kernel says.
. "${0%/*}/../lib.sh"
ns a
t ip -n a link add v0 type veth peer name v1
t ip -n a link add v0 type veth peer name v2
t ip -n a link add v2 type veth peer name v1
t ip -n a link add v2 type veth peer name v2
t ip -n a link add x type nonsense
t ip -n a link add x type veth peer name "bad/name"
t ip -n a link add v3 index 2 type veth peer name v4
t ip -n a link add v3 index 77 type veth peer name v4 index 78
t ip -n a link add v5 mtu 60 type veth
t ip -n a link add v5 mtu 70000 type veth
t ip -n a link add v5 address 01:02:03:04:05:06 type veth
t ip -n a link del nothing
t ip -n a link del dev lo
t ip -n a link show nothing
t ip -n a link set nothing up
t ip -n a link set dev v0 master nothing
t ip -n a link set dev v0 master v1
t ip -n a link set dev v0 nomaster
t ip -n a link set dev v0 netns nothing
t ip -n a link set dev v0 netns 0
t ip -n a link set dev v0 type veth
t ip -n a link del v3
t ip -n a link del v0 type dummy
t ip -n a link del v0 type veth
t ip -n a link del group 9
t ip -n a -br link
