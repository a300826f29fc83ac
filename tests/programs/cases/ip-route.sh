. "$CHECK"
two a b
ok ip -n a route add default via 10.0.0.2
ok ip -n a route add 172.16.0.0/12 via 10.0.0.2 metric 5
ok ip -n a route add blackhole 192.168.0.0/16
same 4 sh -c 'ip -n a -j -4 route | jq length'
has '^8.8.8.8 via 10.0.0.2 dev v0 src 10.0.0.1' ip -n a route get 8.8.8.8
status 2 ip -n a route get 192.168.1.1
status 2 ip -n a route add default via 10.0.0.2
has 'Nexthop has invalid gateway' ip -n a route add 1.0.0.0/8 via 10.9.9.9
ok ip -n a route replace default via 10.0.0.3
has '^default via 10.0.0.3' ip -n a route
ok ip -n a route del 172.16.0.0/12
ok ip -n a link set v0 down
same 'blackhole 192.168.0.0/16' sh -c 'ip -n a -4 route | sed "s/ *$//"'
pass
