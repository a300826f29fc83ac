# /sys/class/net of a namespace: what is in it, and what the files say.
. "${0%/*}/../lib.sh"
ns a
ip -n a link add v0 address 02:00:00:00:00:01 mtu 1400 type veth peer name v1
t ip netns exec a ls /sys/class/net
for f in address addr_len broadcast mtu ifindex iflink flags type tx_queue_len operstate carrier dev_id dormant link_mode ifalias netdev_group addr_assign_type name_assign_type uevent; do
  t ip netns exec a cat /sys/class/net/v0/$f
done
t ip -n a link set v0 up
t ip -n a link set v1 up
settle a v0
for f in operstate carrier flags carrier_changes speed duplex; do t ip netns exec a cat /sys/class/net/v0/$f; done
t ip netns exec a sh -c 'echo 1300 > /sys/class/net/v0/mtu; cat /sys/class/net/v0/mtu'
t ip netns exec a sh -c 'echo east > /sys/class/net/v0/ifalias; cat /sys/class/net/v0/ifalias'
t ip netns exec a cat /sys/class/net/lo/type /sys/class/net/lo/flags /sys/class/net/lo/mtu
t ip netns exec a ls /sys/class/net/nothing
