# The loopback a namespace is born with: down, bare; up, with its address and routes.
. "${0%/*}/../lib.sh"
ns a
json ip -n a -j -d link show
t ip -n a addr
t ip -n a route show table all
t ip -n a link set lo up
json ip -n a -j addr show lo
t ip -n a -4 route show table all
t ip -n a link set lo down
t ip -n a -4 addr show
t ip -n a -4 route show table all
t ip -n a link del lo
t ip -n a link set lo name loop
t ip -n a link show
t ip -n a link set loop name lo
t ip -n a link set lo mtu 1000
t ip -n a link show lo
