# nc -u between two namespaces.
. "${0%/*}/../lib.sh"
ns a b
pair a v0 192.0.2.1/24 b v1 192.0.2.2/24
ip netns exec b timeout 5 nc -u -l -n -W 1 192.0.2.2 7000 > got &
l=$!
bound() { ip netns exec b grep -q ':1B58 ' /proc/net/udp; }
await bound
printf 'hello over there\n' | ip netns exec a nc -u -n -q 0 -w 1 192.0.2.2 7000
wait $l
t cat got
