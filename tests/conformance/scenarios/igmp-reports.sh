# IGMPv3: what a host reports on joining and leaving.
. "${0%/*}/../lib.sh"
joined_pair
ip -n a route add 224.0.0.0/4 dev v0
ip -n b route add 224.0.0.0/4 dev v1
export PYTHONPATH="${0%/*}/.." PYTHONDONTWRITEBYTECODE=1
ip netns exec a sh -c 'cd /proc/sys/net/ipv4; grep . conf/v0/force_igmp_version igmp_max_memberships igmp_max_msf igmp_qrv igmp_link_local_mcast_reports conf/v0/igmpv?_unsolicited_report_interval conf/v0/mc_forwarding'
py a <<'P'
from igmp import *
heard("quiet", 0.3)
s = udp(); join(s, "239.1.1.1"); heard("join", 0.2); leave(s, "239.1.1.1"); heard("leave", 0.2)
s.close(); quiet(1.2)
s = udp(); src = lambda o, x, g="239.1.1.1": s.setsockopt(IPPROTO_IP, o, a(g) + a("192.0.2.1") + a(x))
src(ADD_SRC, "10.0.0.1"); heard("one source", 1.2); src(ADD_SRC, "10.0.0.2"); heard("another", 1.2); src(DROP_SRC, "10.0.0.1"); heard("one less", 1.2); 
t = udp(); join(t, "239.1.1.1"); heard("a second socket wants all", 1.2); t.close(); heard("and goes", 1.2); src(DROP_SRC, "10.0.0.2"); heard("the last source", 1.2)
P
