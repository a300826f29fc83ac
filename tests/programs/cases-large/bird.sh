# BIRD: three routers in a row learn each other's networks by OSPF, and lose what lies behind one that ends; two speak BGP.
. "$CHECK"
command -v bird > /dev/null || PATH=$PATH:/usr/sbin
need bird birdc

# cable HOST DEVICE ADDRESS HOST DEVICE ADDRESS
cable() {
  ok ip -n "$1" link add "$2" type veth peer name "$5" netns "$4"
  ok ip -n "$1" addr add "$3/24" dev "$2"
  ok ip -n "$4" addr add "$6/24" dev "$5"
  ok ip -n "$1" link set "$2" up
  ok ip -n "$4" link set "$5" up
}
# router NAME PROTOCOL…: in its namespace, with what is in its file NAME.conf.
router() {
  ip netns exec "$1" bird -f -c "$PWD/$1.conf" -s "$PWD/$1.ctl" > "$1.out" 2>&1 &
  eval "pid_$1=$!"
}
common() {
  echo "router id $1; protocol device { scan time 1; } protocol kernel { ipv4 { export all; }; }"
}
ospf='protocol ospf v2 { ipv4 { export none; }; area 0 { interface "stub*" { stub; }; interface "e*" { hello 1; dead count 3; wait 2; }; }; }'
# learnt HOST NETWORK: whether the kernel's table has it from bird.
learnt() { ip -n "$1" route show "$2" | grep -q 'proto bird'; }
# Until then it takes some ten seconds: eventually gives five.
soon() { for _ in 1 2 3 4; do (eventually "$@") > /dev/null 2>&1 && return; done; ip -n "$2" route; cat "$2.out"; fail "never: $*"; }

for host in a b c; do
  ok ip netns add $host
  ok ip -n $host link set lo up
  ok ip netns exec $host sh -c 'echo 1 > /proc/sys/net/ipv4/ip_forward'
  ok ip -n $host link add stub0 type veth peer name stub1 # the network behind the router
  ok ip -n $host link set stub0 up
  ok ip -n $host link set stub1 up
done
ok ip -n a addr add 192.168.1.1/24 dev stub0
ok ip -n b addr add 192.168.2.1/24 dev stub0
ok ip -n c addr add 192.168.3.1/24 dev stub0
cable a e0 10.0.1.1 b e0 10.0.1.2
cable b e1 10.0.2.1 c e0 10.0.2.2

n=1
for host in a b c; do
  { common 192.168.$n.1; echo "$ospf"; } > $host.conf
  router $host
  n=$((n + 1))
done
soon learnt a 192.168.3.0/24
soon learnt c 192.168.1.0/24
soon learnt b 192.168.3.0/24 # each router computes its routes when it likes
ok ip netns exec a ping -c 1 -W 2 -I 192.168.1.1 192.168.3.1
has '192.168.3.0/24 via 10.0.1.2 dev e0 proto bird' ip -n a route
has 'Full' birdc -s "$PWD/b.ctl" show ospf neighbors
kill "$pid_c"
wait "$pid_c" 2>/dev/null
gone() { ! learnt "$1" "$2"; }
soon gone a 192.168.3.0/24
kill "$pid_a" "$pid_b"
wait "$pid_a" "$pid_b" 2>/dev/null

# a and b, each with an AS of its own.
bgp() {
  common "$1"
  echo "protocol direct { ipv4; interface \"stub0\"; }"
  echo "protocol bgp { local $2 as $3; neighbor $4 as $5; connect delay time 1; connect retry time 1; ipv4 { import all; export all; }; }"
}
bgp 192.168.1.1 10.0.1.1 65001 10.0.1.2 65002 > a.conf
bgp 192.168.2.1 10.0.1.2 65002 10.0.1.1 65001 > b.conf
router a
router b
soon learnt a 192.168.2.0/24
soon learnt b 192.168.1.0/24
has 'Established' birdc -s "$PWD/a.ctl" show protocols
ok ip netns exec b ping -c 1 -W 2 -I 192.168.2.1 192.168.1.1
kill "$pid_a" "$pid_b"
wait
pass
