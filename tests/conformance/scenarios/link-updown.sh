# Up and down, carrier and operstate of both ends of a veth.
. "${0%/*}/../lib.sh"
ns a
state() { ip -n a -j link show | jq -c '.[] | [.ifname, .operstate, .flags]'; }
t ip -n a link add v0 type veth peer name v1
state
t ip -n a link set v0 up
state
t ip -n a link set v1 up
settle a v0
settle a v1
state
t ip -n a link set v0 down
sleep 1.2
state
t ip -n a link set v0 up
settle a v0
state
t ip -n a link set v1 carrier off
sleep 1.2
state
t ip -n a link set v1 carrier on
settle a v1
state
t ip -n a link set v0 up
t ip -n a link del v1
state
