# Per-device settings: the names, defaults, what a new device takes over, a rename.
. "${0%/*}/../lib.sh"
ns a
ip -n a link add v0 type veth peer name v1
t ip netns exec a ls /proc/sys/net/ipv4/conf
t ip netns exec a ls /proc/sys/net/ipv4/conf/v0
for f in $(ip netns exec a ls /proc/sys/net/ipv4/conf/v0); do
  echo "$f" $(ip netns exec a cat /proc/sys/net/ipv4/conf/all/$f /proc/sys/net/ipv4/conf/default/$f /proc/sys/net/ipv4/conf/v0/$f)
done
t ip netns exec a sh -c 'echo 2 > /proc/sys/net/ipv4/conf/default/rp_filter; echo 1 > /proc/sys/net/ipv4/conf/all/log_martians'
t ip netns exec a cat /proc/sys/net/ipv4/conf/v0/rp_filter /proc/sys/net/ipv4/conf/v0/log_martians
ip -n a link add w0 type veth peer name w1
t ip netns exec a cat /proc/sys/net/ipv4/conf/w0/rp_filter
t ip -n a link set w0 name x0
t ip netns exec a cat /proc/sys/net/ipv4/conf/x0/rp_filter
t ip netns exec a cat /proc/sys/net/ipv4/conf/w0/rp_filter
t ip -n a link del x0
t ip netns exec a ls /proc/sys/net/ipv4/conf
t ip netns exec a sh -c 'echo x > /proc/sys/net/ipv4/conf/v0/rp_filter'
t ip netns exec a sh -c 'echo 1 > /proc/sys/net/ipv4/conf/v0/nothing'
t ip netns exec a sh -c 'echo 1 > /proc/sys/net/ipv4/conf/v0/mc_forwarding'
