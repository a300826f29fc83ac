# Moves by process id and by `ip netns exec` in the target.
. "${0%/*}/../lib.sh"
ns a b
ip -n a link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02
ip netns exec b sleep 30 &
pid=$!
sh -c : # the sleeper needs a moment
await sh -c "[ \"\$(ip netns identify $pid)\" = b ]"
ip -n a link set v0 netns $pid
t ip -n a link
t ip -n b link
ip netns identify $pid
ip netns exec b sh -c "ip link set v0 netns $$"
t ip link show v0
t ip link set v0 netns b
t ip -n b -br link
kill $pid
wait $pid 2>/dev/null
t ip -n b -br link
