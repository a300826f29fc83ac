# Move with a new name and back again, a chain through three namespaces, indexes on the way.
. "${0%/*}/../lib.sh"
ns a b c
ip -n a link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02
t ip -n a link set v0 netns b name w0
t ip -n b link set w0 netns c
t ip -n c link set w0 name x0
t ip -n a link
t ip -n b link
t ip -n c link
t ip -n a netns list-id
t ip -n b netns list-id
t ip -n c netns list-id
t ip -n c link set x0 netns a name v0
t ip -n a link
t ip -n a netns list-id
