. "$CHECK"
ok ip tuntap add dev tap0 mode tap
ok ip tuntap add dev tun0 mode tun user 12345
has '^tap0: tap persist' ip tuntap list
has '^tun0: tun persist user 12345' ip tuntap list
has 'Device or resource busy' ip tuntap add dev tap0 mode tap
has 'tun type tap pi off vnet_hdr off persist on' ip -d link show tap0
ok ip link set tap0 up
has 'NO-CARRIER' ip link show tap0
ok ip netns add a
ok ip link set tap0 netns a
ok ip -n a link show tap0
status 1 ip link show tap0
ok ip -n a tuntap del dev tap0 mode tap
ok ip tuntap del dev tun0 mode tun
same 1 sh -c 'ip -j link | jq length'
pass
