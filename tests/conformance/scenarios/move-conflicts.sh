# Moves that fail, and what they leave behind: name, altname, loopback, itself, dead targets; an index that is taken.
. "${0%/*}/../lib.sh"
ns a b
ip -n a link add v0 type veth peer name v1
ip -n b link add v0 type veth peer name v1
t ip -n a link set v0 netns b
t ip -n a link show v0
t ip -n a link set v0 netns b name w0
t ip -n a -br link
t ip -n b -br link
t ip -n a link set lo netns b
t ip -n a link set v1 netns a
t ip -n a link set v1 netns nowhere
t ip -n a link set v1 netns 4194303
t ip -n a link property add dev v1 altname w0
t ip -n a link set v1 netns b name w1
t ip -n a link property del dev v1 altname w0
ip -n b link property add dev v0 altname second
t ip -n a link set v1 netns b name second
t ip -n a link set v1 netns b name w1
t ip -n b link show
t ip -n a link show
