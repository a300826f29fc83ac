# Files of /proc/net: of the reader's namespace, by /proc/self and /proc/PID too.
. "${0%/*}/../lib.sh"
ns a
ip -n a link add v0 type veth peer name v1
t ip netns exec a cat /proc/net/dev
t ip netns exec a cat /proc/self/net/dev
t ip netns exec a sh -c 'cut -d: -f1 < /proc/$$/net/dev'
ip netns exec a sleep 30 &
p=$!
await sh -c "[ \"\$(ip netns identify $p)\" = a ]"
cut -d: -f1 < /proc/$p/net/dev
cut -d: -f1 < /proc/net/dev
kill $p
wait $p 2>/dev/null
for f in dev route arp udp snmp sockstat netstat igmp raw icmp protocols netlink packet unix; do
  ip netns exec a test -r /proc/net/$f && echo "$f is there"
done
t ip netns exec a head -n 1 /proc/net/udp
t ip netns exec a head -n 1 /proc/net/raw
t ip netns exec a head -n 1 /proc/net/netlink
t ip netns exec a cat /proc/net/nothing
t ip netns exec a sh -c 'echo x > /proc/net/dev'
