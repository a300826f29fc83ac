. "$CHECK"
python=/usr/bin/python3 # the system's, which has the package
$python -c 'import pyroute2' || fail "python3-pyroute2 is not installed: scripts/setup"
ok ip netns add a
cat > drive.py <<'PY'
import ctypes
import os

from pyroute2 import IPRoute, NetNS, NetlinkError


def netns(name):
    if "unetns-carrier" not in os.environ.get("LD_PRELOAD", ""):
        return NetNS(name)
    # NetNS asks libc itself for setns, past what is preloaded: what a container refuses then can't be carried.
    libc = ctypes.CDLL(None)
    home, there = os.open("/proc/self/ns/net", os.O_RDONLY), os.open("/run/netns/" + name, os.O_RDONLY)
    assert libc.setns(there, 0) == 0
    inside = IPRoute()
    assert libc.setns(home, 0) == 0
    return inside


heard = IPRoute()
heard.bind()
ip = IPRoute()
ip.link("add", ifname="p0", kind="veth", peer={"ifname": "p1", "net_ns_fd": "a"})
(p0,) = ip.link_lookup(ifname="p0")
ip.link("set", index=p0, state="up", mtu=1400, ifalias="from python", group=7)
ip.addr("add", index=p0, address="10.1.0.1", prefixlen=24)
inside = netns("a")
(p1,) = inside.link_lookup(ifname="p1")
inside.link("set", index=p1, state="up")
inside.addr("add", index=p1, address="10.1.0.2", prefixlen=24)
(link,) = ip.get_links(p0)
assert link.get_attr("IFLA_MTU") == 1400 and link.get_attr("IFLA_IFALIAS") == "from python" and link.get_attr("IFLA_GROUP") == 7
assert link.get_attr("IFLA_LINKINFO").get_attr("IFLA_INFO_KIND") == "veth"
assert link.get_attr("IFLA_STATS64")["rx_errors"] == 0
assert [a.get_attr("IFA_ADDRESS") for a in ip.get_addr(index=p0, family=2)] == ["10.1.0.1"]
ip.route("add", dst="10.2.0.0/16", gateway="10.1.0.2", priority=5)
ip.route("add", dst="10.3.0.0/16", multipath=[{"gateway": "10.1.0.2", "hops": 3}, {"gateway": "10.1.0.3"}])
assert {r.get_attr("RTA_DST") for r in ip.get_routes(family=2, table=254)} >= {"10.1.0.0", "10.2.0.0", "10.3.0.0"}
(way,) = ip.route("get", dst="10.2.9.9")
assert way.get_attr("RTA_GATEWAY") == "10.1.0.2" and way.get_attr("RTA_PREFSRC") == "10.1.0.1"
ip.neigh("add", dst="10.1.0.9", lladdr="02:00:00:00:00:09", ifindex=p0, state=0x80)
assert [n.get_attr("NDA_LLADDR") for n in ip.get_neighbours(dst="10.1.0.9")] == ["02:00:00:00:00:09"]
try:
    ip.link("add", ifname="p0", kind="veth")
    raise SystemExit("made twice")
except NetlinkError as e:
    assert e.code == 17, e
try:
    ip.link("add", ifname="q0", kind="no such kind")
    raise SystemExit("made of nothing")
except NetlinkError as e:
    assert e.code == 95, e
assert [r.get_attr("FRA_TABLE") for r in ip.get_rules(family=2)] == [255, 254, 253]
ip.link("set", index=p0, net_ns_fd="a", ifname="moved")
assert not ip.link_lookup(ifname="p0") and inside.link_lookup(ifname="moved")
inside.link("del", index=p1)
assert not inside.link_lookup(ifname="moved")
awaited = ["RTM_NEWLINK", "RTM_NEWADDR", "RTM_NEWROUTE", "RTM_NEWNEIGH", "RTM_DELLINK"]
while awaited:
    for m in heard.get():
        if m["event"] == awaited[0]:
            awaited.pop(0)
heard.close()
inside.close()
ip.close()
print("done")
PY
same done timeout 20 $python drive.py
pass
