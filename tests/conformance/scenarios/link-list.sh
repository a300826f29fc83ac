# Selecting links: by type, up, in brief, one line each, with details.
. "${0%/*}/../lib.sh"
ns a
ip -n a link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02
ip -n a link set v0 up
t ip -n a -br link
t ip -n a -br addr
t ip -n a -o link
t ip -n a link show up
t ip -n a link show type veth
t ip -n a link ls dev v1
t ip -n a -d link show v1
t ip -n a -d -o link show lo
t ip -n a -c=never link show lo
t ip -n a -f inet link show
printf 'link set v1 up\nlink set v1 mtu 1400\nlink show v1\nlink set zz up\nlink set v1 mtu 1300\n' > batch
t ip -n a -batch batch
t ip -n a link show v1
t ip -n a -force -batch batch
