. "$CHECK"
has '^1: lo: <LOOPBACK> mtu 65536 .* state DOWN' ip link
ok ip link add v0 type veth peer name v1
has '^[0-9]+: v0@v1: <BROADCAST,MULTICAST,M-DOWN> mtu 1500 qdisc noop' ip link show v0
ok ip link set v0 mtu 1400 address 02:00:00:00:00:07 txqueuelen 9 alias here
same '[1400,"02:00:00:00:00:07",9,"here"]' sh -c 'ip -j link show v0 | jq -c ".[] | [.mtu, .address, .txqlen, .ifalias]"'
same veth sh -c 'ip -j -d link show v0 | jq -r ".[].linkinfo.info_kind"'
ok ip link set v0 name w0
status 1 ip link show v0
has 'Device "v0" does not exist' ip link show v0
status 2 ip link add w0 type veth
has 'File exists' ip link add w0 type veth
status 2 ip link add x type nonsense
has 'Unknown device type' ip link add x type nonsense
ok ip link set w0 up
ok ip link set v1 up
eventually sh -c 'ip link show w0 | grep -q "state UP"'
same 0 sh -c 'ip -s -j link show lo | jq .[].stats64.rx.packets'
ok ip link del v1
same 1 sh -c 'ip -j link | jq length'
pass
