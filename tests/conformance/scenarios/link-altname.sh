# Alternative names: add, delete, show by them, conflicts.
. "${0%/*}/../lib.sh"
ns a
t ip -n a link add v0 type veth peer name v1
t ip -n a link property add dev v0 altname a-rather-long-name-for-a-device altname second
t ip -n a link show v0
t ip -n a link show second
t ip -n a link set second mtu 1400
t ip -n a link property add dev v1 altname second
t ip -n a link property add dev v1 altname v0
t ip -n a link set v1 name second
t ip -n a link property del dev v0 altname nothing
t ip -n a link property del dev v0 altname second
t ip -n a link show second
t ip -n a link add a-rather-long-name-for-a-device type veth
json ip -n a -j link show v0
t ip -n a link del a-rather-long-name-for-a-device
t ip -n a link show
