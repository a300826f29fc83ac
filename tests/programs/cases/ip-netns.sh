. "$CHECK"
ok ip netns add a
ok ip netns add b
same 'a b' sh -c 'echo $(ip netns list | sed "s/ .*//" | sort)'
status 1 ip netns add a
status 255 ip netns exec nowhere true
same a ip netns exec a ip netns identify
status 42 ip netns exec a sh -c 'exit 42'
ip netns exec a sleep 20 &
p=$!
eventually sh -c "ip netns pids a | grep -q '^$p\$'"
same a ip netns identify $p
ok ip -n a netns set b 9
ok ip -n a link add v0 type veth peer name v1
ok ip -n a link set v1 netns b
status 1 ip -n a link show v1
ok ip -n b link show v1
has 'nsid 9 ' ip -n a netns list-id
kill $p
wait $p 2>/dev/null
ok ip netns del a
eventually sh -c '! ip -n b link show v1'
same b sh -c 'ip netns list | sed "s/ .*//"'
pass
