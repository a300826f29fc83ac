# ping over a veth: counts, sizes, patterns, intervals, sources, names of devices, to oneself.
. "${0%/*}/../lib.sh"
ns a b
pair a v0 192.0.2.1/24 b v1 192.0.2.2/24
ip -n a link set lo up
t ip netns exec a ping -c 1 192.0.2.2
t ip netns exec a ping -n -c 3 -i 0.01 192.0.2.2
t ip netns exec a ping -q -c 2 -i 0.01 -s 0 192.0.2.2
t ip netns exec a ping -q -c 2 -i 0.01 -s 1400 192.0.2.2
t ip netns exec a ping -c 1 -p ff00 -t 7 192.0.2.2
t ip netns exec a ping -q -c 1 -I v0 192.0.2.2
t ip netns exec a ping -q -c 1 -I 192.0.2.1 192.0.2.2
t ip netns exec a ping -q -c 1 192.0.2.1
t ip netns exec a ping -q -c 1 127.0.0.1
t ip netns exec a ping -q -c 1 127.9.9.9
t ip netns exec a ping -q -c 1 0
ip netns exec a ping -q -f -c 200 192.0.2.2 | sed 's/, ipg.*//'
t ip netns exec b ping -q -c 1 192.0.2.1
w=$(ip netns exec a ping -c 1 -w 2 192.0.2.2 | grep -c 'bytes from')
echo "answers: $w"
