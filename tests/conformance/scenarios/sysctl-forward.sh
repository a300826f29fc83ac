# ip_forward and conf/*/forwarding hang together; values that are refused.
. "${0%/*}/../lib.sh"
ns a
ip -n a link add v0 type veth peer name v1
show() { ip netns exec a sh -c 'cd /proc/sys/net/ipv4; for f in ip_forward conf/all/forwarding conf/default/forwarding conf/lo/forwarding conf/v0/forwarding; do echo $f $(cat $f); done'; }
put() { t ip netns exec a sh -c "echo $2 > /proc/sys/net/ipv4/$1"; }
show
put ip_forward 1
show
put conf/v0/forwarding 0
show
put conf/all/forwarding 0
show
put conf/default/forwarding 1
ip -n a link add w0 type veth peer name w1
t ip netns exec a cat /proc/sys/net/ipv4/conf/w0/forwarding
put ip_forward yes
put ip_forward 2
show
put ip_forward 99999999999
put ip_forward -1
t ip netns exec a sh -c 'printf 0 > /proc/sys/net/ipv4/ip_forward; cat /proc/sys/net/ipv4/ip_forward'
put ip_forward '" 1 "'
t ip netns exec a cat /proc/sys/net/ipv4/ip_forward
t ip netns exec a sysctl net.ipv4.ip_forward
t ip netns exec a sysctl -w net.ipv4.ip_forward=0
t ip netns exec a sysctl net.ipv4.nothing
