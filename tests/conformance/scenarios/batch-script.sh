# A two-host network as people write it in one go.
. "${0%/*}/../lib.sh"
set -e
ip netns add left
ip netns add right
ip link add veth0 type veth peer name veth1
ip link set veth0 netns left
ip link set veth1 netns right
ip netns exec left ip addr add 10.1.1.1/24 dev veth0
ip netns exec right ip addr add 10.1.1.2/24 dev veth1
ip netns exec left ip link set dev veth0 up
ip netns exec right ip link set dev veth1 up
ip netns exec left ip link set lo up
ip netns exec left ping -c 2 -i 0.05 10.1.1.2
ip -n left -4 addr
ip -n right -4 addr
ip -n left neigh
ip -all netns delete
ip netns list
ip link
