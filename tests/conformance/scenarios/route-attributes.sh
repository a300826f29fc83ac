# Routes of all types and with all metrics, as they are shown, chosen and matched for deletion; nexthops and what becomes of them.
. "${0%/*}/../lib.sh"
ns a b
pair a v0 192.0.2.1/24 b v1 192.0.2.2/24
ip -n a link set lo up
ip -n a link add v2 type veth peer name v3 netns b
up a v2 198.51.100.1/24
ip -n b link set v3 up
settle a v2
r() { t ip -n a route "$@"; }
r add 10.0.0.0/8 via 192.0.2.2 mtu 1400 advmss 1300 window 20000 rtt 100ms rttvar 50ms reordering 5 hoplimit 33 initcwnd 10 initrwnd 20 rto_min 40ms cwnd 12 ssthresh 30 features ecn quickack 1
r add 10.1.0.0/16 via 192.0.2.2 mtu lock 1300 congctl reno
r add 10.2.0.0/16 via 192.0.2.2 congctl lock reno
r add 10.3.0.0/16 via 192.0.2.2 congctl nosuch
r add 10.4.0.0/16 via 192.0.2.2 hoplimit 0 mtu 0
r add 10.4.1.0/24 via 192.0.2.2 mtu 100000 advmss 70000
r add 10.5.0.0/16 via 192.0.2.9 dev v0 onlink
r add 10.6.0.0/16 via 203.0.113.9 dev v0 onlink
r add 10.6.1.0/24 via 203.0.113.9 dev v0
r add 10.7.0.0/16 tos 0x10 via 192.0.2.2
r add 10.7.0.0/16 dsfield CS1 via 192.0.2.3
r add 10.7.0.0/16 via 192.0.2.4
r add 10.8.0.0/16 dev v0 scope host
r add 10.8.0.0/16 dev v0 scope link src 192.0.2.1 metric 7
r add 10.8.0.0/16 dev v0 src 9.9.9.9
r add local 10.9.0.1 dev v0
r add broadcast 10.9.0.2 dev v0
r add anycast 10.9.0.3 dev v0
r add multicast 10.9.0.4 dev v0
r add nat 10.9.0.5 via 192.0.2.2
r add throw 10.9.1.0/24
r add blackhole 10.9.2.0/24 metric 3
r add unreachable 10.9.3.0/24 dev v0
r add prohibit 10.9.4.0/24 via 192.0.2.2
r add 10.10.0.0/16 nexthop via 192.0.2.2 weight 3 nexthop via 198.51.100.2 dev v2 weight 200 nexthop dev v0
r add 10.11.0.0/16 nexthop via 192.0.2.2 weight 300
r add 10.11.0.0/16 nexthop via 203.0.113.7 nexthop via 192.0.2.2
r add 10.11.0.0/16 proto 77 table 300 via 192.0.2.2
r show
r show table 300
ip -n a -d route show 10.10.0.0/16 | sed 's/ *$//'
for d in 10.0.0.1 10.1.0.1 10.2.0.1 10.4.0.1 10.5.0.1 10.6.0.1 10.7.0.1 10.8.0.1 10.9.0.1 10.9.0.2 10.9.0.3 10.9.0.4 10.9.1.1 10.9.2.1 10.9.3.1 10.9.4.1; do r get $d; done
r get 10.7.0.1 tos 0x10
r get 10.7.0.1 tos 0x20
r get fibmatch 10.10.0.5
r get fibmatch 10.7.0.1 tos 0x10
json ip -n a -j -d route show 10.10.0.0/16
json ip -n a -j -d route show 10.0.0.0/8
say "matched for deletion"
r del 10.7.0.0/16 via 192.0.2.9
r del 10.7.0.0/16 tos 0x10
r del 10.7.0.0/16 via 192.0.2.4
r show 10.7.0.0/16
r del 10.0.0.0/8 mtu 1300
r del 10.0.0.0/8 mtu 1400
r del 10.10.0.0/16 via 198.51.100.2
r show to 10.10.0.0/16
say "links and carriers"
ip -n b link set v3 down
sleep 0.3
r show 10.10.0.0/16
r show 198.51.100.0/24
r get 198.51.100.7
t ip netns exec a sh -c 'echo 1 > /proc/sys/net/ipv4/conf/all/ignore_routes_with_linkdown'
r show 10.10.0.0/16
r get 198.51.100.7
ip -n a link set v2 down
r show 10.10.0.0/16
ip -n a link set v2 up
ip -n b link set v3 up
settle a v2
r show 10.10.0.0/16
ip -n a link set v0 down
r show
r add 10.20.0.0/16 dev v0
r add 10.20.0.0/16 via 192.0.2.2
r flush table 300
r flush cache
r flush 10.9.0.0/16
r show table all type blackhole
