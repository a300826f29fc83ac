# ip route get: own, connected, by gateway, broadcast, multicast, from, iif, oif, fibmatch.
. "${0%/*}/../lib.sh"
ns a b
pair a v0 192.0.2.1/24 b v1 192.0.2.2/24
ip -n a link set lo up
ip -n a addr add 192.0.2.9/24 dev v0
ip -n a route add 198.51.100.0/24 via 192.0.2.2 mtu 1400
ip -n a route add default via 192.0.2.3 src 192.0.2.9
for d in 192.0.2.1 192.0.2.2 192.0.2.255 127.0.0.1 127.1.2.3 198.51.100.7 8.8.8.8 224.0.0.1 255.255.255.255 0.0.0.0; do
  t ip -n a route get $d
done
t ip -n a route get 198.51.100.7 from 192.0.2.9
t ip -n a route get 198.51.100.7 oif v0
t ip -n a route get 198.51.100.7 oif lo
t ip -n a route get 192.0.2.1 from 192.0.2.2 iif v0
t ip -n a route get 8.8.8.8 from 192.0.2.2 iif v0
t ip netns exec a sh -c 'echo 1 > /proc/sys/net/ipv4/ip_forward'
t ip -n a route get 8.8.8.8 from 192.0.2.2 iif v0
t ip -n a route get fibmatch 198.51.100.7
t ip -n a route get fibmatch 192.0.2.77
t ip -n a route get 8.8.8.8 mark 5
t ip -n a route get 8.8.8.8 ipproto udp sport 1000 dport 53
json ip -n a -j route get 198.51.100.7
