# A namespace ends with its last process, by exit or by kill -9; the far end of its links ends with it.
. "$CHECK"
ok ip netns add keep
for how in 'kill -TERM' 'kill -KILL'; do
  unshare -n sh -c 'echo $$ > pid.tmp; mv pid.tmp pid; exec sleep 30' &
  eventually test -s pid
  p=$(cat pid)
  rm pid
  eventually sh -c "ip -n keep link add v0 type veth peer name v1 netns $p"
  $how $p
  wait
  eventually sh -c '! ip -n keep link show v0'
done
ok ip netns add gone
ok ip -n keep link add v0 type veth peer name v1 netns gone
ip netns exec gone sleep 30 &
p=$!
eventually sh -c "[ \$(ip netns identify $p) = gone ]"
ok ip netns del gone
ok ip -n keep link show v0
kill -9 $p
wait $p
eventually sh -c '! ip -n keep link show v0'
pass
