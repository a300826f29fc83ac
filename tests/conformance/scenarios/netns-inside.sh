# What a fresh namespace shows: loopback, tables, files.
. "${0%/*}/../lib.sh"
ns a
t ip netns exec a cat /proc/net/dev
t ip netns exec a sed 's/ *$//' /proc/net/route
t ip netns exec a sed 's/ *$//' /proc/net/arp
t ip netns exec a cat /proc/net/if_inet6
t ip -n a neigh
t ip -n a -4 maddress
t ip -n a -4 rule
t ip netns exec a cat /proc/sys/net/ipv4/ip_forward
t ip netns exec a ls /sys/class/net
