# Counters: ip -s, -s -s, /proc/net/dev and /sys/class/net after a known number of packets.
. "${0%/*}/../lib.sh"
ns a b
pair a v0 192.0.2.1/24 b v1 192.0.2.2/24
ip -n a neigh replace 192.0.2.2 lladdr 02:00:00:00:00:02 nud permanent dev v0
ip -n b neigh replace 192.0.2.1 lladdr 02:00:00:00:00:01 nud permanent dev v1
t ip netns exec a ping -q -c 3 -i 0.01 192.0.2.2
t ip -n a -s link show v0
t ip -n b -s -s link show v1
t ip netns exec a cat /proc/net/dev
for f in rx_packets rx_bytes tx_packets tx_bytes rx_dropped tx_errors; do t ip netns exec b cat /sys/class/net/v1/statistics/$f; done
ip -n a -s -j link show v0 | jq -cS '.[].stats64'
say "of families: none has any"
ns afstats
t ip -n afstats link afstats
t ip -n afstats link afstats dev lo
t ip -n afstats stats show dev lo group afstats
