. "$CHECK"
for n in h1 r1 r2 r3 h2; do ok ip netns add $n; done
left=h1
i=0
for right in r1 r2 r3 h2; do
  i=$((i + 1))
  ok ip -n $left link add e$i type veth peer name w$i netns $right
  ok ip -n $left addr add 10.0.$i.1/24 dev e$i
  ok ip -n $right addr add 10.0.$i.2/24 dev w$i
  ok ip -n $left link set e$i up
  ok ip -n $right link set w$i up
  left=$right
done
for n in r1 r2 r3; do ok ip netns exec $n sysctl -q -w net.ipv4.ip_forward=1; done
ok ip -n h1 route add default via 10.0.1.2
ok ip -n h2 route add default via 10.0.4.1
ok ip -n r1 route add default via 10.0.2.2
ok ip -n r3 route add default via 10.0.3.1
ok ip -n r2 route add 10.0.1.0/24 via 10.0.2.1
ok ip -n r2 route add 10.0.4.0/24 via 10.0.3.2
eventually ip netns exec h1 ping -q -c 1 -W 1 10.0.4.2
has 'ttl=61' ip netns exec h1 ping -c 1 10.0.4.2
for hop in 1 2 3; do
  has "^From 10.0.$hop.2 .*Time to live exceeded" ip netns exec h1 ping -c 1 -W 2 -t $hop 10.0.4.2
done
has '^From 10.0.1.2 .*Destination Net Unreachable|^From 10.0.2.2 .*Destination Net Unreachable' ip netns exec h1 ping -c 1 -W 2 198.51.100.1
ok ip netns exec r2 sysctl -q -w net.ipv4.ip_forward=0
status 1 ip netns exec h1 ping -q -c 1 -W 1 10.0.4.2
pass
