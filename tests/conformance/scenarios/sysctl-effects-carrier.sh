# arp_evict_nocarrier: whether the neighbours of a device go when it loses its carrier.
. "${0%/*}/../lib.sh"
joined_pair
neighbours() { ip -n a neigh show dev v0 | sed 's/ *$//' | sort; }
conf() { ip netns exec a sh -c "echo $2 > /proc/sys/net/ipv4/conf/$1/arp_evict_nocarrier"; }
one() {
  say "all $1, v0 $2"
  conf all $1
  conf v0 $2
  ip -n a neigh replace 192.0.2.2 lladdr 02:00:00:00:00:02 dev v0 nud stale
  ip -n a neigh replace 192.0.2.3 lladdr 02:00:00:00:00:03 dev v0 nud permanent
  ip -n a neigh replace 192.0.2.4 lladdr 02:00:00:00:00:04 dev v0 nud stale extern_learn
  neighbours
  watch seen ip -n a monitor neigh
  ip -n b link set v1 down
  await sh -c 'ip -n a link show v0 | grep NO-CARRIER'
  ip -n a link show v0 | grep -o 'NO-CARRIER'
  t neighbours
  ip -n b link set v1 up
  settle a v0
  unwatch seen | sort
  ip -n a neigh flush all nud permanent nud stale 2>/dev/null
  ip -n a neigh flush dev v0 nud permanent
}
one 1 1
one 1 0
one 0 1
say "the device itself down"
ip -n a neigh replace 192.0.2.2 lladdr 02:00:00:00:00:02 dev v0 nud stale
ip -n a neigh replace 192.0.2.3 lladdr 02:00:00:00:00:03 dev v0 nud permanent
ip -n a link set v0 down
t neighbours
