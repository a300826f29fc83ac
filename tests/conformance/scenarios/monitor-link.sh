# Messages about links: creation, changes, deletion.
. "${0%/*}/../lib.sh"
ns a
watch a ip -n a -4 monitor link
ip -n a link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02
ip -n a link set v0 mtu 1400
ip -n a link set v0 alias east
ip -n a link set v0 name w0
ip -n a link set w0 address 02:00:00:00:00:09
ip -n a link set w0 txqueuelen 5
ip -n a link property add dev w0 altname another
ip -n a link set w0 group 3
ip -n a link set w0 up
ip -n a link set v1 up
sleep 1.2
ip -n a link set w0 promisc on
ip -n a link set w0 down
sleep 1.2
ip -n a link set w0 mtu 1400
ip -n a link del w0
unwatch a
