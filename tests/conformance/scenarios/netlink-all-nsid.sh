# A session of all notifications of rtnetlink: from this namespace and, with NETLINK_LISTEN_ALL_NSID, from those that have an id.
. "${0%/*}/../lib.sh"
ns a b c
py <<'PY'
import os, socket, struct, time

SOL, ADD, PKTINFO, LISTEN_ALL, EXT = 270, 1, 3, 8, 11
NAMES = {16: "NEWLINK", 17: "DELLINK", 20: "NEWADDR", 21: "DELADDR", 24: "NEWROUTE", 25: "DELROUTE", 28: "NEWNEIGH", 29: "DELNEIGH",
         80: "NEWNETCONF", 81: "DELNETCONF", 88: "NEWNSID", 89: "DELNSID", 56: "NEWMULTICAST", 57: "DELMULTICAST"}
HEADS = {16: 16, 20: 8, 24: 12, 28: 12, 80: 4, 88: 4, 56: 8}
SHOWN = {16: {3: "name", 4: "mtu", 20: "alias", 27: "group", 37: "link-nsid", 45: "new-nsid"}, 20: {2: "local", 3: "label", 8: "flags"},
         24: {1: "dst", 5: "via", 15: "table"}, 28: {1: "dst", 2: "lladdr"}, 80: {1: "index", 2: "forwarding", 3: "rp_filter"}, 88: {1: "nsid"}, 56: {7: "group"}}


def listener(everywhere):
    s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
    s.setsockopt(SOL, PKTINFO, 1)
    if everywhere:
        s.setsockopt(SOL, LISTEN_ALL, 1)
    s.bind((0, 0))
    for group in range(1, 40):
        try:
            s.setsockopt(SOL, ADD, group)
        except OSError:
            pass
    return s


def told(data):
    kind, flags = struct.unpack_from("=HH", data, 4)
    base = kind if kind in HEADS else kind - 1
    at, out = 16 + HEADS[base], []
    if base == 16:
        out.append("up" if struct.unpack_from("=I", data, 24)[0] & 1 else "down")
    while at + 4 <= len(data):
        length, number = struct.unpack_from("=HH", data, at)
        if length < 4:
            break
        name = SHOWN[base].get(number & 0x3FFF)
        value = data[at + 4:at + length]
        if name == "index":
            value = "all" if value == b"\xff" * 4 else "default" if value == b"\xfe\xff\xff\xff" else "device"
        elif name in ("name", "alias", "label"):
            value = value.rstrip(b"\0").decode()
        elif name:
            value = value.hex()
        if name:
            out.append(name + "=" + value)
        at += (length + 3) & ~3
    if data[16] == 10:  # IPv6: that of other scenarios
        return None
    return NAMES[kind] + f" flags={flags:x} " + " ".join(sorted(out))


# What the link watch says again in its own time (RTM_NEWLINK without a change) comes once, or not at all.
def session(what, s):
    seen = set()
    while True:
        try:
            data, control, _, address = s.recvmsg(65536, 256, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return
        line = told(data)
        if not line:
            continue
        facts = {kind: struct.unpack("=i", value[:4])[0] for level, kind, value in control if level == SOL}
        line = f"{what}: {line} group {facts.get(PKTINFO)} mask {address[1]:x} nsid {facts.get(LISTEN_ALL, '-')}"
        if line not in seen:
            print(line)
        seen.add(line)


def run(*commands):
    for c in commands:
        print("$", c)
        if os.system(c):
            print("failed")
        time.sleep(0.15)
        for what, s in (("all", everywhere), ("own", own)):
            session(what, s)


everywhere, own = listener(True), listener(False)
run("ip -n a link add x0 type veth peer name x1", "ip netns set a 5")
run("ip -n a link set x0 mtu 1400", "ip -n a link set x0 group 7 alias east", "ip -n a addr add 10.0.0.1/24 dev x0",
    "ip -n a link set x0 up", "ip -n a route add 10.9.0.0/16 dev x0", "ip -n a neigh add 10.0.0.9 lladdr 02:00:00:00:00:09 dev x0",
    "ip -n a neigh del 10.0.0.9 dev x0", "ip -n a route del 10.9.0.0/16", "ip netns exec a sh -c 'echo 2 > /proc/sys/net/ipv4/conf/x0/rp_filter'",
    "ip netns exec a sh -c 'echo 1 > /proc/sys/net/ipv4/conf/default/forwarding'")
run("ip netns set b 6", "ip -n a netns set b 1", "ip -n a link set x1 netns b", "ip -n b link set x1 name y1", "ip -n b addr add 10.0.0.2/24 dev y1")
run("ip -n c link add z0 type veth peer name z1", "ip link add h0 type veth peer name h1", "ip link del h0")
run("ip -n a addr del 10.0.0.1/24 dev x0", "ip -n b link del y1")
everywhere.setsockopt(SOL, LISTEN_ALL, 0)
run("ip -n a link add x2 type veth peer name x3")
PY
