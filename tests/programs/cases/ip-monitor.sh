. "$CHECK"
ok ip netns add a
ok ip netns add b
ip -n a monitor link address > here 2>&1 &
h=$!
ip -n b monitor link address > there 2>&1 &
t=$!
sleep 0.7
ok ip -n a link add v0 type veth peer name v1
ok ip -n a addr add 192.0.2.1/24 dev v0
ok ip -n a link del v0
eventually grep -q '^Deleted.* v0' here
has 'inet 192.0.2.1/24' cat here
kill -0 $h || fail "the first monitor has gone"
kill -0 $t || fail "the second monitor has gone"
[ ! -s there ] || { cat there; fail "heard in the other namespace"; }
ok ip -n b link add w0 type veth peer name w1
eventually grep -q ' w0' there
kill $h $t
pass
