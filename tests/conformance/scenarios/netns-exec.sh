# ip netns exec: exit statuses, environment, standard streams, the namespace inside, nested.
. "${0%/*}/../lib.sh"
ns a b
t ip netns exec a true
t ip netns exec a false
t ip netns exec a sh -c 'exit 42'
t ip netns exec a sh -c 'kill -TERM $$'
t ip netns exec a no-such-program
t ip netns exec a /etc/passwd
t ip netns exec a ip netns identify
t ip netns exec a ip netns exec b ip netns identify
ip netns exec a sh -c 'ip link add v0 type veth peer name v1; ip -br link show v0' | sed 's/ .*//'
t ip -n b link show
printf 'one\ntwo\n' | ip netns exec a cat
X=5 ip netns exec a sh -c 'echo $X'
ip netns exec a sh -c 'echo out; echo err >&2' 2>/dev/null
ip -all netns exec ip -br link show lo | sort
t ip netns identify
