# Sourced by every scenario: `. "${0%/*}/../lib.sh"`. Nothing here knows what kind of kernel it runs on.

# IPv6 adds addresses, neighbours and packets of its own accord; scenarios are about IPv4 unless they say so.
quiet_ipv6='for f in all default; do [ ! -e /proc/sys/net/ipv6/conf/$f ] || echo 1 > /proc/sys/net/ipv6/conf/$f/disable_ipv6; done'
eval "$quiet_ipv6"

# t COMMAND…: shows the command, runs it, shows a status other than 0.
t() {
  printf '$ %s\n' "$*"
  "$@"
  t_status=$?
  [ "$t_status" = 0 ] || printf '[%s]\n' "$t_status"
}

# py [NS]: a program in Python from standard input, which may use sockets.py; the scenario ends if it fails.
py() {
  export PYTHONPATH="${0%/*}/.." PYTHONDONTWRITEBYTECODE=1
  t ${1:+ip netns exec "$1"} python3 -u -
  [ "$t_status" = 0 ] || exit 1
}

# joined_pair: namespaces a 192.0.2.1 and b 192.0.2.2, joined by v0 and v1, loopback up.
joined_pair() {
  ns a b
  pair a v0 192.0.2.1/24 b v1 192.0.2.2/24
  ip -n a link set lo up
  ip -n b link set lo up
}

say() { printf '# %s\n' "$*"; }

# ns NAME…: namespaces, silent IPv6.
ns() {
  for n in "$@"; do
    ip netns add "$n" && ip netns exec "$n" sh -c "$quiet_ipv6"
  done
}

# up NS DEV [ADDRESS]: configures and brings up.
up() {
  [ -z "${3-}" ] || ip -n "$1" addr add "$3" dev "$2"
  ip -n "$1" link set "$2" up
}

# pair NS1 DEV1 ADDRESS1 NS2 DEV2 ADDRESS2: two namespaces joined by a veth, up and configured, the carrier settled.
pair() {
  ip -n "$1" link add "$2" address 02:00:00:00:00:01 type veth peer name "$5" address 02:00:00:00:00:02 netns "$4"
  up "$1" "$2" "$3"
  up "$4" "$5" "$6"
  settle "$1" "$2"
  settle "$4" "$5"
}

# settle NS DEV: waits for operstate UP (link watch runs off the caller's path), at most 2 seconds.
settle() {
  for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    case $(ip -n "$1" link show "$2") in *"state UP"*) return ;; esac
    sleep 0.1
  done
  echo "settle: $2 in $1 has no carrier"
}

# await COMMAND…: until it succeeds, at most 3 seconds; says so when it never did.
await() {
  for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; do
    "$@" >/dev/null 2>&1 && return
    sleep 0.1
  done
  echo "await: never: $*"
}

# two_ways: joined_pair, and a second wire between the same two; a reaches 10.9.0.0/16 by both. conf NAME VALUE: a setting of a.
two_ways() {
  joined_pair
  ip -n a link add w0 type veth peer name w1 netns b
  up a w0 198.51.100.1/24
  up b w1 198.51.100.2/24
  settle a w0
  t ip -n a route add 10.9.0.0/16 nexthop dev v0 via 192.0.2.2 nexthop dev w0 via 198.51.100.2
  conf() { ip netns exec a sh -c "echo $2 > /proc/sys/net/ipv4/$1"; }
}

# json COMMAND…: JSON with sorted keys, without what depends on the machine's processors.
json() {
  printf '$ %s\n' "$*"
  "$@" | jq -MS 'walk(if type == "object" then del(.num_tx_queues, .num_rx_queues, .inet6_addr_gen_mode) else . end)'
}

# watch NAME COMMAND…: runs `ip monitor` or the like in the background, output to NAME.log.
watch() {
  w_name=$1
  shift
  "$@" > "$w_name.log" 2>&1 &
  eval "w_pid_$w_name=$!"
  sleep 0.5
}

# unwatch NAME…: lets the streams run dry, ends the watchers, prints what they saw.
unwatch() {
  sleep 0.5
  for n in "$@"; do
    eval "kill \$w_pid_$n; wait \$w_pid_$n" 2>/dev/null
    echo "--- $n"
    cat "$n.log"
  done
}

# chain HOST1 ROUTER1 ROUTER2 ROUTER3 HOST2: h1 - r1 - r2 - r3 - h2, with routes; 10.0.I.0/24 is the I-th link, .1 left, .2 right.
chain() {
  ns h1 r1 r2 r3 h2
  c_i=0
  c_left=h1
  for c_right in r1 r2 r3 h2; do
    c_i=$((c_i + 1))
    ip -n $c_left link add "e$c_i" address "02:00:00:00:0$c_i:01" type veth peer name "w$c_i" address "02:00:00:00:0$c_i:02" netns $c_right
    up $c_left "e$c_i" "10.0.$c_i.1/24"
    up $c_right "w$c_i" "10.0.$c_i.2/24"
    c_left=$c_right
  done
  for c_n in r1 r2 r3; do ip netns exec $c_n sh -c 'echo 1 > /proc/sys/net/ipv4/ip_forward'; done
  ip -n h1 route add default via 10.0.1.2
  ip -n h2 route add default via 10.0.4.1
  ip -n r1 route add default via 10.0.2.2
  ip -n r2 route add 10.0.1.0/24 via 10.0.2.1
  ip -n r2 route add 10.0.4.0/24 via 10.0.3.2
  ip -n r3 route add default via 10.0.3.1
  for c_i in 1 2 3 4; do
    case $c_i in 1) c_left=h1 ;; *) c_left=r$((c_i - 1)) ;; esac
    settle $c_left "e$c_i"
  done
}
