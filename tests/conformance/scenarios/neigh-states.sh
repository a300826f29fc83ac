# States by traffic: reachable after a ping, failed when nobody answers, what a flush and a link down leave.
. "${0%/*}/../lib.sh"
ns a b
ip -n a link set lo up
pair a v0 192.0.2.1/24 b v1 192.0.2.2/24
t ip netns exec a ping -q -c 1 192.0.2.2
t ip -n a neigh
ip -n b neigh | sed 's/ \(STALE\|DELAY\|REACHABLE\|PROBE\) *$/ <alive>/'
t ip netns exec a ping -q -c 1 -W 4 192.0.2.99
t ip -n a neigh show 192.0.2.99
ip netns exec a sed 's/ *$//' /proc/net/arp | sort
t ip -n a link set v0 down
t ip -n a neigh
t ip -n a link set v0 up
settle a v0
ip -n a neigh add 192.0.2.2 lladdr 02:00:00:00:00:55 dev v0
t ip netns exec a ping -q -c 1 -W 1 192.0.2.2
t ip -n a neigh show 192.0.2.2
