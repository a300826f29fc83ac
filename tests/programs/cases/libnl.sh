. "$CHECK"
need nl-link-list nl-route-add nl-monitor
two a b
in_a="ip netns exec a"
has '^v0 ether .*<broadcast,multicast,up,running,lowerup>' $in_a nl-link-list --name v0
has 'mtu 65536' $in_a nl-link-list --details --name lo
ok $in_a nl-link-set --name v0 --mtu 1400
has 'mtu 1400' ip -n a link show v0
ok $in_a nl-addr-add --local 10.0.9.1/24 --dev v0
has '10.0.9.1/24' $in_a nl-addr-list --dev v0
ok $in_a nl-addr-delete --local 10.0.9.1/24 --dev v0
hasnt '10.0.9.1' ip -n a addr show v0
(exec $in_a stdbuf -oL nl-monitor ipv4-route neigh > monitor.out 2>&1) &
monitor=$!
sleep 0.5
ok $in_a nl-route-add --dst 10.5.0.0/16 --nexthop dev=v0,via=10.0.0.2
has '10.5.0.0/16' $in_a nl-route-list --table main
has '^10.5.0.0/16 via 10.0.0.2 dev v0' ip -n a route
has '10.0.0.2' $in_a nl-route-get 10.5.1.1
ok $in_a nl-neigh-add --lladdr 02:00:00:00:00:09 --addr 10.0.0.9 --dev v0
has '10.0.0.9.*02:00:00:00:00:09' $in_a nl-neigh-list
ok $in_a nl-neigh-delete --addr 10.0.0.9 --dev v0
ok $in_a nl-route-delete --dst 10.5.0.0/16
hasnt '10.5.0.0' ip -n a route
has 'local|main' $in_a nl-rule-list
has 'noqueue' $in_a nl-qdisc-list --dev v0
sleep 0.3
kill "$monitor"
wait "$monitor" 2> /dev/null
has '10.5.0.0/16' cat monitor.out
has '10.0.0.9' cat monitor.out
pass
