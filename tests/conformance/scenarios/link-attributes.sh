# mtu, address, broadcast, txqueuelen, alias, group, flags of a veth.
. "${0%/*}/../lib.sh"
ns a
t ip -n a link add v0 type veth peer name v1
json ip -n a -j -d link show v0
t ip -n a link set v0 mtu 9000
t ip -n a link set v0 mtu 67
t ip -n a link set v0 mtu 68
t ip -n a link set v0 mtu 65535
t ip -n a link set v0 mtu 65536
t ip -n a link set v0 mtu 1400
t ip -n a link set v0 address 02:aa:bb:cc:dd:ee
t ip -n a link set v0 address 03:aa:bb:cc:dd:ee
t ip -n a link set v0 address 00:00:00:00:00:00
t ip -n a link set v0 address 02:aa
t ip -n a link set v0 broadcast 02:ff:ff:ff:ff:ff
t ip -n a link set v0 txqueuelen 17
t ip -n a link set v0 alias "to the east"
t ip -n a link show v0
t ip -n a link set v0 alias ""
t ip -n a link set v0 group 42
t ip -n a link show group 42
t ip -n a link show group 43
t ip -n a link set group 42 mtu 1300
t ip -n a link set v0 arp off
t ip -n a link set v0 multicast off
t ip -n a link set v0 allmulticast on
t ip -n a link set v0 promisc on
t ip -n a link show v0
t ip -n a link set v0 promisc off
t ip -n a link set v0 allmulticast off
t ip -n a link set v0 multicast on
t ip -n a link set v0 arp on
t ip -n a link set v0 dynamic on
json ip -n a -j -d link show v0
