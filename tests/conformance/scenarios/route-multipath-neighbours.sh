# fib_multipath_use_neigh: whether next hops whose neighbour is known not to answer are passed over.
. "${0%/*}/../lib.sh"
two_ways
ways() {
  echo "$*:" $(for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24; do
    ip -n a route get 10.9.0.$i | grep -o 'dev [vw]0'
  done | sort -u)
}
neigh() { ip -n a neigh replace "$1" dev "$2" ${4:+lladdr "$4"} nud "$3"; }
for use in 0 1; do
  t conf fib_multipath_use_neigh $use
  ways unknown
  for nud in failed stale failed permanent failed reachable; do
    neigh 198.51.100.2 w0 $nud 02:00:00:00:00:02
    ways $nud
  done
  neigh 198.51.100.2 w0 failed
  neigh 192.0.2.2 v0 failed
  ways 'both failed' | grep -c dev
  neigh 192.0.2.2 v0 stale 02:00:00:00:00:02
  ways 'the other failed'
  ip -n a neigh del 198.51.100.2 dev w0
  ip -n a neigh flush dev w0
done
