. "$CHECK"
two a b
ok ip -n a neigh add 10.0.0.9 lladdr 02:00:00:00:00:09 dev v0
has '^10.0.0.9 dev v0 lladdr 02:00:00:00:00:09 PERMANENT' ip -n a neigh
status 2 ip -n a neigh add 10.0.0.9 lladdr 02:00:00:00:00:08 dev v0
ok ip netns exec a ping -q -c 1 10.0.0.2
mac=$(ip -n b -j link show v1 | jq -r '.[].address')
has "^10.0.0.2 dev v0 lladdr $mac (REACHABLE|DELAY|STALE)" ip -n a neigh
ok ip -n a neigh del 10.0.0.9 dev v0
hasnt 10.0.0.9 ip -n a neigh
ok ip -n a neigh flush all
hasnt 10.0.0.2 ip -n a neigh
pass
