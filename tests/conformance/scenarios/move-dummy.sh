# needs: dummy
# A dummy that is up and configured moves; its namespace dies with a dummy inside.
. "${0%/*}/../lib.sh"
ns a b
ip -n a link add d0 address 02:00:00:00:00:01 type dummy
ip -n a addr add 192.0.2.1/24 dev d0
ip -n a link set d0 up
watch a ip -n a monitor link address route
watch b ip -n b monitor link address route
t ip -n a link set d0 netns b
t ip -n a link
t ip -n b addr
t ip -n b link set d0 up
unwatch a b
t ip netns del b
t ip -n a link
