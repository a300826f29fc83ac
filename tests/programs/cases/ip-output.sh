. "$CHECK"
two a b
printf 'link set v0 mtu 1400\naddr add 192.0.2.1/24 dev v0\nroute add default via 10.0.0.2\n' > good
ok ip -n a -batch good
same 1400 sh -c 'ip -n a -j link show v0 | jq .[].mtu'
has '^default via 10.0.0.2' ip -n a route
printf 'link set v0 mtu 1300\nlink set none up\nlink set v0 mtu 1200\n' > bad
status 1 ip -n a -batch bad
same 1300 sh -c 'ip -n a -j link show v0 | jq .[].mtu'
status 1 ip -n a -force -batch bad
same 1200 sh -c 'ip -n a -j link show v0 | jq .[].mtu'
ok ip netns exec a ping -q -c 2 -i 0.05 10.0.0.2
same true sh -c 'ip -n a -s -j link show v0 | jq ".[].stats64.tx.packets >= 2 and .[].stats64.rx.packets >= 2"'
has 'v0@if[0-9]+ +UP +.*10.0.0.1/24' ip -n a -br addr
has 'numtxqueues' ip -n a -d link show v0
same 2 sh -c 'ip -n a -o link | wc -l'
pass
