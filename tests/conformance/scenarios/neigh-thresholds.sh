# needs: first-namespace
# gc_thresh1, gc_thresh2, gc_thresh3: how many neighbours there may be, and which go when there are more.
. "${0%/*}/../lib.sh"
ns b
ip link add v0 type veth peer name v1 netns b
ip addr add 10.1.0.1/16 dev v0
ip link set v0 up
ip -n b link set v1 up
put() { t sh -c "echo $2 > /proc/sys/net/ipv4/neigh/default/$1; cat /proc/sys/net/ipv4/neigh/default/$1"; }
put gc_thresh1 2
put gc_thresh2 4
put gc_thresh3 8
t sh -c 'ip -4 ntable show name arp_cache | grep thresh | sed "s/ *$//"'
t ip ntable change name arp_cache thresh1 3
t sh -c 'ip -4 ntable show name arp_cache | grep thresh | sed "s/ *$//"'
count() { echo "$1:" $(ip neigh show dev v0 | wc -l); }
add() { for i in $2; do t ip neigh add 10.1.0.$i lladdr 02:00:00:00:00:$i dev v0 nud $1; done; }
add stale '10 11 12 13 14 15 16 17 18'
count 'at the hard limit'
say "these are kept by hand, and do not count"
add permanent '20 21'
count 'with two more'
say "an address that has to be found out"
ping -c 1 -W 1 10.1.0.30 >/dev/null 2>&1
sleep 5
say "now the old ones may go"
add stale '40'
count 'as many as the soft limit, and those that do not count'
t ip ntable change name arp_cache thresh3 3
add stale '41'
count 'no room'
