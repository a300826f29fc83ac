# The settings of neighbours: names, values, units, what is refused; the tables that ip ntable shows and changes.
. "${0%/*}/../lib.sh"
ns a b
pair a v0 192.0.2.1/24 b v1 192.0.2.2/24
ip -n a link set lo up
t ip netns exec a ls /proc/sys/net/ipv4/neigh
t ip netns exec a sh -c 'for f in /proc/sys/net/ipv4/neigh/v0/*; do echo ${f##*/} $(cat $f) $(stat -c %a $f); done'
put() { t ip netns exec a sh -c "f=/proc/sys/net/ipv4/neigh/v0/$1; echo $2 > \$f; cat \$f"; }
put base_reachable_time 60
t ip netns exec a cat /proc/sys/net/ipv4/neigh/v0/base_reachable_time_ms
put base_reachable_time_ms 1500
t ip netns exec a cat /proc/sys/net/ipv4/neigh/v0/base_reachable_time
put retrans_time_ms 500
t ip netns exec a cat /proc/sys/net/ipv4/neigh/v0/retrans_time
put retrans_time 300
t ip netns exec a cat /proc/sys/net/ipv4/neigh/v0/retrans_time_ms
put gc_stale_time 7
put delay_first_probe_time 2
put locktime 50
put anycast_delay 10
put interval_probe_time_ms 100
put unres_qlen 10
t ip netns exec a cat /proc/sys/net/ipv4/neigh/v0/unres_qlen_bytes
put unres_qlen_bytes 10000
t ip netns exec a cat /proc/sys/net/ipv4/neigh/v0/unres_qlen
ntable() { t ip -4 -n a ntable show "$@" | sed -E 's/reachable [0-9]+ base/reachable X base/; s/ *$//'; }
ntable dev v0
ntable name arp_cache
t ip -n a ntable change name arp_cache dev v0 queue 20
t ip -n a ntable change name arp_cache dev v0 retrans 500 gc_stale 3000 locktime 20 delay_probe 4000
t ip -n a ntable change name arp_cache dev v0 ucast_probes 7 mcast_probes 8 app_probes 9 proxy_queue 5 proxy_delay 100 anycast_delay 300
t ip -n a ntable change name arp_cache dev v0 base_reachable 20000
ntable dev v0
t ip netns exec a sh -c 'for f in /proc/sys/net/ipv4/neigh/v0/*; do echo ${f##*/} $(cat $f); done'
t ip -n a ntable change name arp_cache dev nope queue 20
t ip -n a ntable change name none dev v0 queue 20
t ip -n a ntable change name arp_cache thresh1 200
say "of a device: no one else's, renamed with it, gone with it"
t ip -4 -n b ntable show dev v1 | sed -E 's/reachable [0-9]+ base/reachable X base/; s/ *$//'
ip -n a link set v0 down
ip -n a link set v0 name w0
t ip netns exec a ls /proc/sys/net/ipv4/neigh
t ip netns exec a cat /proc/sys/net/ipv4/neigh/w0/gc_stale_time
ip -n a link set w0 netns b
t ip netns exec b cat /proc/sys/net/ipv4/neigh/w0/gc_stale_time
t ip netns exec a ls /proc/sys/net/ipv4/neigh
