# unshare -n and nsenter --net of util-linux.
. "${0%/*}/../lib.sh"
t unshare -n ip -br link
t unshare --net sh -c 'ip link set lo up; ip -4 -br addr; ping -q -c 1 127.0.0.1'
ns a
ip -n a link add v0 type veth peer name v1
nsenter --net=/run/netns/a ip -br link show type veth | sed 's/ .*//'
unshare -n sh -c 'ip link add in0 type veth peer name in1; echo ready > ready; exec sleep 30' &
p=$!
await test -s ready
nsenter -t $p -n ip -br link show type veth | sed 's/ .*//'
ip netns attach b $p
ip -n b -br link show type veth | sed 's/ .*//'
[ "$(readlink /proc/$p/ns/net)" = "$(readlink /proc/self/ns/net)" ] && echo same || echo other
kill $p
wait $p 2>/dev/null
ip -n b -br link show type veth | sed 's/ .*//'
t unshare -n sh -c 'exit 7'
t nsenter --net=/run/netns/nowhere true
t nsenter --net=/etc/passwd true
