# Settings that change what packets do: default ttl, rp_filter, accept_local, proxy_arp, arp_ignore.
. "${0%/*}/../lib.sh"
ns a b c
pair a v0 192.0.2.1/24 b v1 192.0.2.2/24
pair b v2 198.51.100.1/24 c v3 198.51.100.2/24
put() { ip netns exec $1 sh -c "echo $3 > /proc/sys/net/ipv4/$2"; }
put b ip_default_ttl 33
t ip netns exec a ping -n -c 1 192.0.2.2
put b ip_default_ttl 64
say "weak host: answers for an address of the other device"
ip -n a route add 198.51.100.0/24 dev v0
t ip netns exec a ping -n -c 1 -W 1 198.51.100.1
put b conf/v1/arp_ignore 1
ip -n a neigh flush all
t ip netns exec a ping -n -c 1 -W 1 198.51.100.1
put b conf/v1/arp_ignore 0
say "proxy arp"
put b ip_forward 1
ip -n c route add default via 198.51.100.1
t ip netns exec a ping -n -c 1 -W 1 198.51.100.2
put b conf/v1/proxy_arp 1
ip -n a neigh flush all
sleep 1
t ip netns exec a ping -n -c 1 -W 2 198.51.100.2
say "reverse path filter"
ip -n a addr add 10.7.7.7/32 dev v0
t ip netns exec a ping -n -c 1 -W 1 -I 10.7.7.7 192.0.2.2
put b conf/all/rp_filter 1
t ip netns exec a ping -n -c 1 -W 1 -I 10.7.7.7 192.0.2.2
ip -n b route add 10.7.7.7/32 via 192.0.2.1
t ip netns exec a ping -n -c 1 -W 1 -I 10.7.7.7 192.0.2.2
