. "$CHECK"
ok ip link add v0 type veth peer name v1
ok ip link set v0 up
ok ip addr add 192.0.2.1/24 brd + dev v0
ok ip addr add 192.0.2.2/24 dev v0 label v0:x
has 'inet 192.0.2.1/24 brd 192.0.2.255 scope global v0' ip addr show v0
has 'inet 192.0.2.2/24 scope global secondary v0:x' ip addr show v0
status 2 ip addr add 192.0.2.1/24 dev v0
status 2 ip addr del 198.51.100.1/24 dev v0
has '192.0.2.0/24 dev v0 proto kernel scope link src 192.0.2.1' ip route
same '["192.0.2.1","192.0.2.2"]' sh -c 'ip -j -4 addr show v0 | jq -c "[.[].addr_info[].local]"'
ok ip addr del 192.0.2.1/24 dev v0
hasnt inet.192 ip -4 addr
hasnt . ip -4 route
pass
