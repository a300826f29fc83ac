# Messages about per-device settings.
. "${0%/*}/../lib.sh"
ns a
t ip -n a -4 netconf show
watch a ip -n a -4 monitor netconf
ip -n a link add v0 type veth peer name v1
ip netns exec a sh -c 'echo 1 > /proc/sys/net/ipv4/conf/v0/forwarding'
ip netns exec a sh -c 'echo 2 > /proc/sys/net/ipv4/conf/v0/rp_filter'
ip netns exec a sh -c 'echo 1 > /proc/sys/net/ipv4/ip_forward'
ip netns exec a sh -c 'echo 1 > /proc/sys/net/ipv4/ip_forward'
ip -n a link set v0 name w0
t ip -n a -4 netconf show dev w0
ip -n a link del w0
unwatch a
t ip -n a -4 netconf show
