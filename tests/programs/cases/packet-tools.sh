# Small programs that stand on packet sockets or on the old ioctls: arping, mtr, net-tools.
. "$CHECK"
two a b
has '^Unicast reply from 10.0.0.2 \[[0-9A-F:]{17}\]' ip netns exec a arping -c 2 -I v0 10.0.0.2
has '^Received 1 response' ip netns exec a arping -c 1 -I v0 10.0.0.2
status 1 ip netns exec a arping -c 1 -w 1 -I v0 10.0.0.77
ok ip netns exec a arping -D -c 1 -w 1 -I v0 10.0.0.77
status 1 ip netns exec a arping -D -c 1 -w 1 -I v0 10.0.0.2
ok ip netns exec a arping -U -c 1 -I v0 10.0.0.1
has 'Unicast reply|1 reply|Received 1 reply' ip netns exec a busybox arping -c 1 -I v0 10.0.0.2

# A second hop.
ok ip netns add c
ok ip -n b link add w0 type veth peer name w1 netns c
ok ip -n b addr add 10.0.1.1/24 dev w0
ok ip -n c addr add 10.0.1.2/24 dev w1
ok ip -n b link set w0 up
ok ip -n c link set w1 up
ok ip netns exec b sh -c 'echo 1 > /proc/sys/net/ipv4/ip_forward'
ok ip -n a route add default via 10.0.0.2
ok ip -n c route add default via 10.0.1.1
has '^ 2  10.0.1.2 ' ip netns exec a busybox traceroute -n -q 1 -w 2 10.0.1.2
for n in b c; do ok ip netns exec $n sh -c 'echo 0 > /proc/sys/net/ipv4/icmp_ratelimit'; done
for how in '' -I -T; do
  has '^ 1  10.0.0.2 .* ms .* ms .* ms$' ip netns exec a traceroute -n -w 2 $how 10.0.1.2
  ok grep -E '^ 2  10.0.1.2 .* ms .* ms .* ms$' has.out
done
# Not as a report (-r): that of Ubuntu 24.04 ends with a buffer overflow, on Linux as well.
same '10.0.1.2 2 0' sh -c 'ip netns exec a mtr -n --json -c 2 -i 0.2 10.0.1.2 | jq -r ".report.hubs[1] | \"\(.host) \(.Snt) \(.[\"Loss%\"] | floor)\""'

# net-tools.
has 'inet 10.0.0.1  netmask 255.255.255.0  broadcast' ip netns exec a ifconfig v0
ok ip netns exec a ifconfig v0:1 10.0.0.9 netmask 255.255.255.0 up
has '^v0:1: flags=' ip netns exec a ifconfig
ok ip netns exec a ifconfig v0:1 down
ok ip netns exec a ifconfig v0 mtu 1400 promisc allmulti txqueuelen 7
has 'UP,BROADCAST,RUNNING,PROMISC,ALLMULTI,MULTICAST>  mtu 1400' ip netns exec a ifconfig v0
ok ip netns exec a ifconfig v0 -promisc -allmulti
ok ip netns exec a route add -net 10.9.0.0 netmask 255.255.0.0 gw 10.0.0.2 metric 5
has '^10.9.0.0 +10.0.0.2 +255.255.0.0 +UG +5 ' ip netns exec a route -n
ok ip netns exec a route del -net 10.9.0.0 netmask 255.255.0.0
hasnt '^10.9.0.0' ip netns exec a route -n
ok ip netns exec a arp -s 10.0.0.66 02:00:00:00:00:66
has '^10.0.0.66 +ether +02:00:00:00:00:66 +CM +v0' ip netns exec a arp -n
ok ip netns exec a arp -d 10.0.0.66
has '^v0 +1400 ' ip netns exec a netstat -i
has '^Ip:' ip netns exec a netstat -s
has '^v0 +1 +224.0.0.1' ip netns exec a netstat -g -n
pass
