# blackhole, unreachable, prohibit, throw: shown, asked, pinged.
. "${0%/*}/../lib.sh"
ns a
ip -n a link set lo up
t ip -n a route add blackhole 10.1.0.0/16
t ip -n a route add unreachable 10.2.0.0/16
t ip -n a route add prohibit 10.3.0.0/16
t ip -n a route add throw 10.4.0.0/16
t ip -n a route add local 10.5.0.0/16 dev lo
t ip -n a route add broadcast 10.6.0.255 dev lo
t ip -n a route add unreachable default metric 4278198272
t ip -n a -4 route
t ip -n a route show table local
for d in 10.1.0.1 10.2.0.1 10.3.0.1 10.4.0.1 10.5.0.1 10.6.0.255 10.7.0.1; do
  t ip -n a route get $d
done
for d in 10.1.0.1 10.2.0.1 10.3.0.1 10.4.0.1; do
  t ip netns exec a ping -c 1 -W 1 $d
done
t ip netns exec a ping -q -c 1 -W 1 10.5.77.88
t ip -n a route show type blackhole
t ip -n a route del blackhole 10.1.0.0/16
t ip -n a route del unreachable 10.1.0.0/16
t ip -n a route del 10.2.0.0/16
t ip -n a -4 route
