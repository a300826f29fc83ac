# How long a namespace lives: a process, a mounted name, an open file keep it.
. "${0%/*}/../lib.sh"
ns a b
alive() { ip -n b link show v1 > /dev/null 2>&1; }
gone() { ! ip -n b link show v1 > /dev/null 2>&1; }
ip -n a link add v0 type veth peer name v1 netns b
say "a process keeps it"
ip netns exec a sleep 30 &
p=$!
await sh -c "[ \"\$(ip netns identify $p)\" = a ]"
t ip netns del a
sleep 0.2
alive && echo alive
kill $p
wait $p 2>/dev/null
await gone
say "an open file keeps it"
ns a
ip -n a link add v0 type veth peer name v1 netns b
exec 5< /run/netns/a
t ip netns del a
sleep 0.2
alive && echo alive
nsenter --net=/proc/self/fd/5 ip -br link show v0 | sed 's/@.*//'
exec 5<&-
await gone
say "a background process of a dead name"
t ip -n b -br link
