# Primary and secondary addresses: order, deletion of the primary, promotion.
. "${0%/*}/../lib.sh"
ns a
ip -n a link add v0 type veth peer name v1
ip -n a link set v0 up
t ip -n a addr add 192.0.2.1/24 dev v0
t ip -n a addr add 192.0.2.2/24 dev v0
t ip -n a addr add 192.0.2.3/24 dev v0
t ip -n a addr add 192.0.2.4/25 dev v0
t ip -n a -4 addr show v0
t ip -n a addr show secondary
t ip -n a addr show primary
t ip -n a -4 route show table all
t ip netns exec a sh -c 'echo 1 > /proc/sys/net/ipv4/conf/v0/promote_secondaries'
t ip -n a addr del 192.0.2.1/24 dev v0
t ip -n a -4 addr show v0
t ip -n a -4 route show table all
t ip netns exec a sh -c 'echo 0 > /proc/sys/net/ipv4/conf/v0/promote_secondaries; echo 0 > /proc/sys/net/ipv4/conf/all/promote_secondaries'
t ip -n a addr del 192.0.2.2/24 dev v0
t ip -n a -4 addr show v0
t ip -n a -4 route show table all
