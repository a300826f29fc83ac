# ip netns: add, list, delete, double names, unknown names, bad names.
. "${0%/*}/../lib.sh"
ip netns list | sort
t ip netns add a
t ip netns add a
t ip netns add b
ip netns list | sort
ip -j netns list | jq -cS 'map(.name) | sort'
ls /run/netns
t ip netns del a
t ip netns del a
ip netns list | sort
t ip netns exec nowhere true
t ip -n nowhere link
t ip netns add a/b
t ip netns add ..
t ip netns add ""
t ip netns set nowhere 1
t ip netns pids nowhere
t ip -all netns del
ip netns list | sort
t ls /run/netns
