. "$CHECK"
file=$(command -v busybox) || fail "no busybox"
two a b
has 'inet 10.0.0.1/24' ip netns exec a busybox ip addr show v0
has '^10.0.0.0/24 dev v0' ip netns exec a busybox ip route
has '3 packets transmitted, 3 packets received' ip netns exec a busybox ping -q -c 3 -i 0.1 10.0.0.2
has 'inet addr:10.0.0.1' ip netns exec a busybox ifconfig v0
ok ip netns exec a busybox ip link set v0 mtu 1400
has 'mtu 1400' ip -n a link show v0
ok ip netns exec a busybox ifconfig v0 10.0.0.5 netmask 255.255.255.0
has '10.0.0.5/24' ip -n a addr show v0
same inside ip netns exec a busybox sh -c 'echo inside | busybox cat'
pass
