# needs: dummy
# dummy devices: defaults, up, addresses, attributes, deletion.
. "${0%/*}/../lib.sh"
ns a
t ip -n a link add d0 type dummy
json ip -n a -j -d link show d0
t ip -n a link add d1 address 02:00:00:00:00:10 mtu 1234 txqueuelen 5 type dummy
t ip -n a link add d1 type dummy
t ip -n a link add type dummy
t ip -n a link add type dummy
t ip -n a link set d0 up
t ip -n a link show
t ip -n a addr add 192.0.2.1/24 dev d0
t ip -n a -4 route show table all
t ip -n a link set d0 mtu 0
t ip -n a link set d0 mtu 70000
t ip -n a link show d0
t ip -n a link set d0 carrier off
t ip -n a link show d0
t ip -n a -4 route
t ip -n a link set d0 carrier on
t ip -n a link del d0
t ip -n a -4 route show table all
t ip -n a link add d9 index 55 type dummy
t ip -n a link show d9
t ip -n a -br link show type dummy
