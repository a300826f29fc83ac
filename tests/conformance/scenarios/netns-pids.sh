# ip netns pids, identify, attach.
. "${0%/*}/../lib.sh"
ns a b
ip netns exec a sleep 30 &
p1=$!
ip netns exec a sleep 31 &
p2=$!
await sh -c "[ \"\$(ip netns identify $p1)\" = a ] && [ \"\$(ip netns identify $p2)\" = a ]"
ip netns pids a | sed "s/^$p1\$/<first>/; s/^$p2\$/<second>/" | sort
t ip netns pids b
ip netns identify $p1
ip netns attach again $p1
ip netns identify $p1 | sort
ip -n again link show lo | head -n 1
t ip netns del a
ip -n again link add v0 type veth peer name v1
t ip netns identify 4194303
[ "$(stat -Lc %i /proc/$p1/ns/net)" = "$(stat -Lc %i /run/netns/again)" ] && echo "same inode"
[ "$(stat -Lc %i /proc/$p1/ns/net)" = "$(stat -Lc %i /proc/self/ns/net)" ] || echo "another than ours"
readlink /proc/$p1/ns/net
kill $p1 $p2
wait $p1 $p2 2>/dev/null
ip -n again -br link show type veth | sed 's/ .*//' | sort
