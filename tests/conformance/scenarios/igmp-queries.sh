# IGMP: how a host answers a router's queries, and what an older router changes.
. "${0%/*}/../lib.sh"
joined_pair
ip -n a route add 224.0.0.0/4 dev v0
ip -n b route add 224.0.0.0/4 dev v1
py a <<'P'
from igmp import *
s = udp(); join(s, "239.1.1.1"); s.setsockopt(IPPROTO_IP, BLOCK, a("239.1.1.1") + a("192.0.2.1") + a("10.0.0.9")); t = udp(); t.setsockopt(IPPROTO_IP, ADD_SRC, a("239.1.1.3") + a("192.0.2.1") + a("10.0.0.1")); t.setsockopt(IPPROTO_IP, ADD_SRC, a("239.1.1.3") + a("192.0.2.1") + a("10.0.0.2")); heard("until it is quiet", 2.5)
query(); heard("general query", 0.5)
query("239.1.1.1"); heard("group query", 0.5); query("239.1.1.7"); heard("of a group that nobody joined", 0.4)
query("239.1.1.3", sources=("10.0.0.1", "10.0.0.5")); heard("sources", 0.5); query("239.1.1.3", sources=("10.0.0.5",)); heard("other sources", 0.5); query("239.1.1.1", sources=("10.0.0.9", "10.0.0.1")); heard("sources of an exclude group", 0.5)
query("239.1.1.1", to="192.0.2.1"); heard("sent to the host's own address", 0.4)
say(igmp())
query(version=2, code=1); heard("version 2 general query", 0.5); say(igmp()); u = udp(); join(u, "239.1.1.2"); heard("join in version 2", 1.3); u.close(); heard("leave in version 2", 0.4)
query("239.1.1.1", version=2); heard("version 2 group query", 0.4)
P
for version in 1 2; do
  ip netns exec a sh -c "echo $version > /proc/sys/net/ipv4/conf/v0/force_igmp_version"
  export VERSION=$version
  py a <<'P'
from igmp import *
s = udp(); join(s, "239.1.1.2"); heard("join", 0.3)
if os.environ["VERSION"] == "2":  # in version 1 the answer comes within 10 seconds
    query("239.1.1.2", version=3); heard("version 3 query", 0.3); say(igmp())
leave(s, "239.1.1.2"); heard("leave", 0.3)
P
done
