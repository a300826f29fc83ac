# Sourced by the shell cases: `. "$CHECK"`. The first failed check ends the case.

fail() {
  echo "FAILED: $*"
  for p in $(jobs -p); do kill "$p" 2>/dev/null; done # what holds our output would keep the runner waiting
  exit 1
}

# ok COMMAND…: must succeed.
ok() {
  "$@" > ok.out 2>&1 || { status=$?; cat ok.out; fail "status $status: $*"; }
}

# status N COMMAND…: must exit with N.
status() {
  want=$1
  shift
  "$@" > status.out 2>&1
  got=$?
  [ "$got" = "$want" ] || { cat status.out; fail "status $got, not $want: $*"; }
}

# same WANTED COMMAND…: must succeed and print exactly WANTED.
same() {
  want=$1
  shift
  got=$("$@" 2>&1) || fail "status $?: $*: $got"
  [ "$got" = "$want" ] || fail "$*: got '$got', not '$want'"
}

# has PATTERN COMMAND…: its output must hold a line that matches (grep -E).
has() {
  pattern=$1
  shift
  "$@" > has.out 2>&1
  grep -Eq -e "$pattern" has.out || { cat has.out; fail "no '$pattern' in: $*"; }
}

# hasnt PATTERN COMMAND…: it must succeed, and no line match.
hasnt() {
  pattern=$1
  shift
  "$@" > has.out 2>&1 || { cat has.out; fail "status $?: $*"; }
  ! grep -Eq -e "$pattern" has.out || { cat has.out; fail "'$pattern' in: $*"; }
}

# eventually COMMAND…: must succeed within 5 seconds.
eventually() {
  for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25; do
    "$@" > /dev/null 2>&1 && return
    sleep 0.2
  done
  fail "never: $*"
}

# need PROGRAM…: must be installed.
need() {
  for n in "$@"; do command -v "$n" > /dev/null || fail "$n is not installed: scripts/setup --programs"; done
}

pass() {
  echo PASS
  exit 0
}

# two HOST1 HOST2: two namespaces and a veth v0 10.0.0.1/24 - v1 10.0.0.2/24 between them, up.
two() {
  ok ip netns add "$1"
  ok ip netns add "$2"
  ok ip -n "$1" link add v0 type veth peer name v1 netns "$2"
  ok ip -n "$1" addr add 10.0.0.1/24 dev v0
  ok ip -n "$2" addr add 10.0.0.2/24 dev v1
  ok ip -n "$1" link set v0 up
  ok ip -n "$2" link set v1 up
  eventually sh -c "ip -n $1 link show v0 | grep -q 'state UP'"
  eventually sh -c "ip -n $2 link show v1 | grep -q 'state UP'"
}

# silent_net: 10.9.9.9/24 on d0, and a neighbour 10.9.9.1 there that never answers.
silent_net() {
  ok ip link add d0 type veth peer name d1
  ok ip link set d1 up
  ok ip addr add 10.9.9.9/24 dev d0
  ok ip link set d0 up
  ok ip neigh add 10.9.9.1 lladdr 02:00:00:00:00:01 dev d0
}
