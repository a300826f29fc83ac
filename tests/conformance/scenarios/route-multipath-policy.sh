# fib_multipath_hash_policy and _fields: what a flow is for a route with several next hops. Which hop it gets is chance; how many are used is not.
. "${0%/*}/../lib.sh"
two_ways
cat >"$PWD/get" <<'G'
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24; do
  eval ip -n a route get $* | grep -o 'dev [vw]0'
done | sort -u | wc -l
G
ways() { echo "$* : $(sh "$PWD/get" "$@")"; }
all() {
  ways '10.9.0.$i'
  ways '10.9.0.$i' from 192.0.2.1
  ways 10.9.0.1 from 192.0.2.1 ipproto udp sport '400$i' dport 53
  ways 10.9.0.1 from 192.0.2.1 ipproto udp sport 4000 dport '500$i'
  ways 10.9.0.1 from 192.0.2.9 iif v0 ipproto tcp sport '400$i' dport 53
}
conf ip_forward 1
for policy in 0 1 2; do
  t conf fib_multipath_hash_policy $policy
  all
done
t conf fib_multipath_hash_policy 3
for fields in 3 1 2 16 32 7; do
  t conf fib_multipath_hash_fields $fields
  all
done
ip netns exec a cat /proc/sys/net/ipv4/fib_multipath_hash_policy /proc/sys/net/ipv4/fib_multipath_hash_fields
