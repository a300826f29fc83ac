# The same name, index and address in two namespaces; neither sees the other.
. "${0%/*}/../lib.sh"
ns a b
for n in a b; do
  ip -n $n link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02
  up $n v0 192.0.2.1/24
  ip -n $n link set v1 up
done
settle a v0
settle b v0
t ip -n a addr del 192.0.2.1/24 dev v0
t ip -n a -4 addr
t ip -n b -4 addr
t ip -n a -4 route show table all
t ip -n b -4 route show table all
t ip addr
