"""Random sequences of rtnetlink commands: mostly sensible ones, over few names, so that they meet; then some of them are broken."""
import random
import struct

from .drive_facts import FIRST_FD
from .wire import NESTED, NUMBERS

INDEXES = [10, 11, 12, 13, 14, 15]
NAMES = ["v10", "v11", "v12", "v13", "v14", "v15"]
ODD_NAMES = ["", "lo", "a/b", "a b", "v%d", "%d", "x%s", ".", "..", "abcdefghijklmno", "abcdefghijklmnop", "all", "default", "t0", "a:b", "v10\0x", "e" * 40]
ALTNAMES = ["alpha", "beta", "v12", "a" * 127, "a" * 128, "", "x/y", "gamma ray"]
MACS = ["020000000001", "020000000002", "020000000003", "00005e000101"]
ODD_MACS = ["", "02", "0200000000", "02000000000102", "000000000000", "ffffffffffff", "010000000001", "ff" * 32, "ff" * 33]
V4 = ["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.1.1", "10.0.1.2", "192.0.2.1", "192.0.2.2", "192.0.2.129"]
ODD_V4 = ["0.0.0.0", "127.0.0.1", "224.0.0.1", "255.255.255.255", "10.0.0.255", "10.0.0.0", "240.0.0.1", "169.254.1.1", "0.1.2.3"]
TABLES = [254, 254, 254, 255, 253, 100, 1000]
NSIDS = [0, 1, 2, 5, -1, -2, 77]


def u8(v):
    return struct.pack("=B", v & 0xFF).hex()


def u16(v):
    return struct.pack("=H", v & 0xFFFF).hex()


def u32(v):
    return struct.pack("=I", v & 0xFFFFFFFF).hex()


def text(s):
    return s.encode().hex() + "00"


def v4(s):
    return bytes(int(p) for p in s.split(".")).hex()


class Generator:
    def __init__(self, seed):
        self.r = random.Random(seed)

    # ---- pieces

    def maybe(self, chance):
        return self.r.random() < chance

    def of(self, *choices):
        return self.r.choice(choices)

    def name(self):
        return self.r.choice(NAMES) if self.maybe(0.9) else self.r.choice(ODD_NAMES)

    def index(self):
        if self.maybe(0.9):
            return self.r.choice(INDEXES)
        return self.of(0, 1, 1, 1, 20, 21, 99, -1, 1 << 30)

    def mac(self):
        return self.r.choice(MACS) if self.maybe(0.8) else self.r.choice(ODD_MACS)

    def address(self):
        return v4(self.r.choice(V4) if self.maybe(0.85) else self.r.choice(ODD_V4))

    def flags(self, *usual):
        """Message flags: NLM_F_ACK mostly, then one of the usual combinations, or any."""
        out = 4 if self.maybe(0.9) else 0
        if self.maybe(0.9):
            return out | self.r.choice(usual)
        return out | self.r.choice([0, 0x100, 0x200, 0x400, 0x800, 0x500, 0x600, 0xC00, 0xD00, 0xF00, 8])

    def target(self):
        """An attribute that names a namespace."""
        roll = self.r.random()
        if roll < 0.6:
            return [28, u32(FIRST_FD + self.r.randrange(3))]
        if roll < 0.7:
            return [28, u32(self.of(-1, 999, 0))]
        if roll < 0.8:
            return [19, u32(self.of(0, -1, 4000000))]
        return [46, u32(self.r.choice(NSIDS))]

    # ---- links

    def link_settings(self, n):
        r, out = self.r, []
        makers = {
            "name": lambda: [3, text(self.name())],
            "address": lambda: [1, self.mac()],
            "broadcast": lambda: [2, self.mac()],
            "mtu": lambda: [4, u32(self.of(1500, 1400, 9000, 68, 67, 0, 65535, 65536, 1279, -1))],
            "txqlen": lambda: [13, u32(self.of(0, 1000, 5, -1, 0x7FFFFFFF))],
            "group": lambda: [27, u32(self.of(0, 1, 2, -1))],
            "alias": lambda: [20, self.of("", "00", text("east"), text("a" * 254), text("a" * 255), "6578")],
            "master": lambda: [10, u32(self.of(0, 10, 11, 99))],
            "link": lambda: [5, u32(self.of(0, 1, 10, 99))],
            "weight": lambda: [15, u32(64)],
            "operstate": lambda: [16, u8(self.of(0, 2, 5, 6, 7, 99))],
            "linkmode": lambda: [17, u8(self.of(0, 1, 2, 99))],
            "map": lambda: [14, "00" * self.of(4, 28, 32)],
            "carrier": lambda: [33, u8(self.of(0, 1, 2))],
            "promiscuity": lambda: [30, u32(1)],
            "proto down": lambda: [39, u8(self.of(0, 1))],
            "proto down reason": lambda: [55, self.of([], [[1, u32(1)], [2, u32(1)]], [[2, u32(3)]], [[1, u32(1)]])],
            "gso size": lambda: [41, u32(self.of(0, 1, 1000, 65536, 65535, 524280, 524281, -1))],
            "gso segs": lambda: [40, u32(self.of(0, 1, 65535, 65536, -1))],
            "gro size": lambda: [58, u32(self.of(0, 1, 1000, 65536, 524280, 524281, -1))],
            "gso ipv4": lambda: [63, u32(self.of(0, 1000, 65536, 524280, 524281))],
            "gro ipv4": lambda: [64, u32(self.of(0, 1000, 65536, 524280, 524281))],
            "tso size": lambda: [59, u32(65536)],
            "tso segs": lambda: [60, u32(65536)],
            "tx queues": lambda: [31, u32(self.of(0, 1, 2, 4096, 4097))],
            "rx queues": lambda: [32, u32(self.of(0, 1, 2, 4096, 4097))],
            "ext mask": lambda: [29, u32(self.of(0, 1, 8, 9, -1))],
            "event": lambda: [44, u32(1)],
            "protinfo": lambda: [12, self.of("", "00", [[1, u8(1)]])],
            "vf": lambda: [22, self.of([], [[1, []]], [[1, [[1, "00" * 36]]]], "00")],
            "ports": lambda: [self.of(24, 25), self.of([], [[1, []]])],
            "xdp": lambda: [43, self.of([], [[1, u32(-1)]], [[1, u32(5)]], [[1, u32(-1)], [3, u32(0)]], [[3, u32(0x40)]], [[2, u8(1)]], "000000")],
            "af spec": lambda: [26, self.af_spec()],
            "netnsid": lambda: [37, u32(self.r.choice(NSIDS))],
            "target": self.target,
            "new index": lambda: [49, u32(self.of(0, 10, 17, -1))],
            "prop list": lambda: [52, self.prop_list()],
            "altname": lambda: [53, text(r.choice(ALTNAMES))],
            "perm address": lambda: [54, "020000000001"],
            "parent": lambda: [self.of(56, 57), self.of(text("x"), "78")],
            "allmulti": lambda: [61, u32(1)],
            "min mtu": lambda: [self.of(50, 51), u32(68)],
            "counts": lambda: [self.of(35, 47, 48), u32(1)],
            "stats": lambda: [self.of(7, 23), "00" * 4],
            "qdisc": lambda: [6, text("noqueue")],
            "devlink": lambda: [62, []],
            "high": lambda: [self.of(65, 66, 67, 68, 69, 70, 200), u32(1)],
            "linkinfo": lambda: [18, self.linkinfo()],
        }
        common = ["name", "address", "broadcast", "mtu", "txqlen", "group", "alias", "gso size", "gro size", "af spec"]
        for _ in range(n):
            out.append(makers[r.choice(common) if self.maybe(0.6) else r.choice(sorted(makers))]())
        return out

    def af_spec(self):
        conf = lambda: [[1, [[self.of(1, 3, 8, 12, 19, 33, 34, 0), u32(self.of(0, 1, 2))] for _ in range(self.of(1, 1, 2))]]]
        return self.of([], [[2, conf()]], [[2, conf()]], [[2, conf()]], [[2, []]], [[2, [[2, u32(1)]]]], [[7, []]], [[99, []]], [[2, "0000"]], [[0, []]], [[17, [[1, u32(0)]]]], [[2, [[1, [[1, "00"]]]]]])

    def prop_list(self):
        return [[53, text(self.r.choice(ALTNAMES))] for _ in range(self.of(0, 1, 1, 2))] + ([[self.of(1, 54), "00"]] if self.maybe(0.1) else [])

    def linkinfo(self):
        roll = self.r.random()
        if roll < 0.7:
            info = [[1, text("veth")]]
            if self.maybe(0.7):
                info.append([2, self.veth_data()])
        elif roll < 0.9:
            info = [[1, self.of(text("nothing"), text("tun"), "", "00", text("vet"), "76657468", text("veth" * 20))]]
            if self.maybe(0.3):
                info.append([2, []])
        else:
            info = self.of([], [[2, []]], [[4, text("bridge")]], [[1, text("veth")], [4, text("bridge")], [5, []]], [[9, "00"]])
        return info

    def veth_data(self):
        if self.maybe(0.07):
            return self.of([], [[1, ""]], [[1, "00" * 8]], [[2, ""]], [[1, "00" * 20]], "000000")
        index = self.index() if self.maybe(0.7) else 0
        attrs = []
        if self.maybe(0.8):
            attrs.append([3, text(self.name())])
        if self.maybe(0.6):
            attrs.append([1, self.mac()])
        if self.maybe(0.3):
            attrs.append(self.target())
        if self.maybe(0.2):
            attrs += self.link_settings(1)
        from .wire import attributes

        return [[1, struct.pack("=BBHiII", 0, 0, 0, index, self.of(0, 0, 0, 1), self.of(0, 0, 1)).hex() + attributes(attrs).hex()]]

    def link_head(self, index, up=None):
        flags, change = self.of((0, 0), (0, 0), (1, 1), (1, 1), (0, 1), (0x100, 0x100), (0x200, 0x200), (1, 0), (0x1000, 0x1000), (0x80, 0x80), (0, -1), (0x1043, 0xFFFF)) if up is None else up
        # AF_BRIDGE (7) and AF_INET6 have answers of their own, of what is not in this world: bridges, IPv6.
        family = 0 if self.maybe(0.97) else self.of(2, 17, 99)
        return struct.pack("=BBHiII", family, 0, 0 if self.maybe(0.98) else 1, index, flags, change & 0xFFFFFFFF).hex()

    def new_link(self):
        attrs = []
        if self.maybe(0.85):
            attrs.append([3, text(self.name())])
        if self.maybe(0.5):
            attrs.append([1, self.mac()])
        attrs.append([18, self.linkinfo()] if self.maybe(0.9) else [18, []])
        if self.maybe(0.25):
            attrs.append(self.target())
        if self.maybe(0.2):
            attrs += self.link_settings(1)
        index = self.index() if self.maybe(0.8) else 0
        return ("NEWLINK", self.flags(0x600, 0x600, 0x400, 0x608), self.link_head(index, self.of((0, 0), (0, 0), (0, 0), (1, 1))), attrs)

    def by(self):
        """Index and attributes that name a device."""
        roll = self.r.random()
        if roll < 0.7:
            return self.index(), []
        if roll < 0.9:
            return 0, [[3, text(self.name())]]
        if roll < 0.97:
            return 0, [[53, text(self.r.choice(ALTNAMES))]]
        return self.index(), [[3, text(self.name())], [53, text(self.r.choice(ALTNAMES))]]

    def change_link(self):
        index, attrs = self.by()
        kind = "SETLINK" if self.maybe(0.5) else "NEWLINK"
        if self.maybe(0.05):
            index, attrs = 0, [[27, u32(self.of(0, 1, 2))]]
        return (kind, self.flags(0, 0, 0, 8), self.link_head(index), attrs + self.link_settings(self.of(0, 0, 1, 1, 1, 2)))

    def up_down(self):
        return ("NEWLINK", self.flags(0), self.link_head(self.index(), self.of((1, 1), (1, 1), (1, 1), (0, 1))), [])

    def move(self):
        index, attrs = self.by()
        attrs.append(self.target())
        if self.maybe(0.2):
            attrs += self.link_settings(1)
        if self.maybe(0.2):
            attrs.append([49, u32(self.of(0, 10, 17, -1))])
        return ("SETLINK" if self.maybe(0.5) else "NEWLINK", self.flags(0), self.link_head(index, (0, 0)), attrs)

    def del_link(self):
        index, attrs = self.by()
        if self.maybe(0.08):
            index, attrs = 0, [[27, u32(self.of(0, 1, 2))]]
        if self.maybe(0.08):
            attrs.append([46, u32(self.r.choice(NSIDS))])
        return ("DELLINK", self.flags(0, 0, 8), self.link_head(index, (0, 0)), attrs)

    def get_link(self):
        if self.maybe(0.3):
            attrs = []
            if self.maybe(0.3):
                attrs.append(self.of([29, u32(8)], [10, u32(0)], [10, u32(10)], [18, [[1, text("veth")]]], [18, [[1, text("none")]]], [46, u32(0)], [46, u32(9)], [4, u32(1)]))
            head = self.link_head(0 if self.maybe(0.9) else 10, (0, 0))
            return ("GETLINK", 0x300, head if self.maybe(0.9) else "00", attrs)
        index, attrs = self.by()
        if self.maybe(0.3):
            attrs.append(self.of([29, u32(8)], [46, u32(0)], [46, u32(9)], [4, u32(1)], [52, []]))
        return ("GETLINK", self.flags(0), self.link_head(index, (0, 0)), attrs)

    def props(self):
        index, attrs = self.by()
        attrs = [a for a in attrs if a[0] == 3]
        attrs.append([52 | (NESTED if self.maybe(0.5) else 0), self.prop_list()])
        if self.maybe(0.1):
            attrs += self.link_settings(1)
        return (self.of("NEWLINKPROP", "NEWLINKPROP", "DELLINKPROP"), self.flags(0, 0, 0x600, 0xC00), self.link_head(index, (0, 0)), attrs)

    # ---- addresses, routes, neighbours

    def family(self):
        return 2 if self.maybe(0.97) else self.of(0, 17, 99)

    def addr_attrs(self):
        local = self.address()
        attrs = []
        if self.maybe(0.95):
            attrs.append([2, local])
        if self.maybe(0.6):
            attrs.append([1, local if self.maybe(0.7) else self.address()])
        if self.maybe(0.2):
            attrs.append([4, self.address()])
        if self.maybe(0.15):
            attrs.append([3, text(self.name() if self.maybe(0.3) else self.of("v10", "v10:1", "lo:x", "v11:2"))])
        if self.maybe(0.15):
            attrs.append([8, u32(self.of(0x80, 0x200, 0x100, 0, 0x3FF, 0x800, 0x400))])
        if self.maybe(0.1):
            attrs.append([9, u32(self.of(0, 5, 1000))])
        if self.maybe(0.1):
            attrs.append([6, struct.pack("=IIII", *self.of((0xFFFFFFFF, 0xFFFFFFFF, 0, 0), (100000, 200000, 0, 0), (200000, 100000, 0, 0), (0, 0, 0, 0), (0, 0xFFFFFFFF, 0, 0), (0, 500000, 7, 7))).hex()])
        if self.maybe(0.05):
            attrs.append([11, u8(self.of(0, 1, 3))])
        if self.maybe(0.04):
            attrs.append(self.of([5, self.address()], [7, "00"], [10, u32(0)], [10, u32(9)], [12, "00"]))
        return attrs

    def addr_head(self):
        length = self.of(24, 24, 24, 32, 25, 30) if self.maybe(0.9) else self.of(0, 1, 8, 31, 33, 255)
        return struct.pack("=BBBBI", self.family(), length, self.of(0, 0, 0, 0x80, 1), self.of(0, 0, 0, 253, 254, 255, 200), self.index() & 0xFFFFFFFF).hex()

    def new_addr(self):
        return ("NEWADDR", self.flags(0x600, 0x600, 0x400, 0x500, 0x100, 0x100, 8 | 0x600, 0), self.addr_head(), self.addr_attrs())

    def del_addr(self):
        attrs = self.addr_attrs()
        return ("DELADDR", self.flags(0, 0, 8), self.addr_head(), attrs if self.maybe(0.7) else attrs[:1])

    def get_addr(self):
        head = struct.pack("=BBBBI", self.family(), *(0, 0, 0) if self.maybe(0.9) else (1, 1, 1), self.index() & 0xFFFFFFFF if self.maybe(0.5) else 0).hex()
        attrs = []
        if self.maybe(0.2):
            attrs.append(self.of([10, u32(0)], [10, u32(9)], [2, self.address()], [99, "00"]))
        if self.maybe(0.1):
            head = head[: self.of(2, 8)]
        kind = "GETADDR" if self.maybe(0.7) else "GETMULTICAST"
        return (kind, 0x300 if self.maybe(0.9) else self.flags(0), head, attrs)

    def metrics(self):
        return [[self.of(2, 3, 4, 5, 7, 8, 10, 11, 13, 12, 15), u32(self.of(0, 1, 10, 1000, 70000, -1))] if self.maybe(0.85) else self.of([16, text("reno")], [16, text("nope")], [0, u32(1)], [17, u32(1)], [18, u32(1)], [1, u32(0)], [1, u32(4)], [2, "0000"], [12, u32(0xFF)]) for _ in range(self.of(1, 1, 2))]

    def gateway(self):
        return [5, self.address()]

    def multipath(self):
        from .wire import attributes

        out = b""
        for _ in range(self.of(1, 2, 2, 3)):
            attrs = [self.gateway()] if self.maybe(0.6) else []
            if self.maybe(0.05):
                attrs.append(self.of([18, "0200" + self.address()], [18, "0a00" + "00" * 16], [11, u32(1)], [21, u16(1)], [5, "00"], [99, ""]))
            tail = attributes(attrs)
            out += struct.pack("=HBBi", 8 + len(tail), self.of(0, 0, 0, 0, 4, 1, 16), self.of(0, 0, 1, 255), self.index() if self.maybe(0.9) else 0) + tail
        if self.maybe(0.05):
            out += bytes(self.of(1, 4, 7, 8))
        return out.hex()

    def route_attrs(self):
        attrs = []
        if self.maybe(0.9):
            attrs.append([1, v4(self.of("10.1.0.0", "10.2.0.0", "10.1.1.0", "0.0.0.0", "10.0.0.0")) if self.maybe(0.9) else self.address()])
        if self.maybe(0.5):
            attrs.append(self.gateway())
        if self.maybe(0.7):
            attrs.append([4, u32(self.index())])
        if self.maybe(0.2):
            attrs.append([6, u32(self.of(0, 1, 100, -1))])
        if self.maybe(0.1):
            attrs.append([7, self.address()])
        if self.maybe(0.1):
            attrs.append([8, self.metrics()])
        if self.maybe(0.12):
            attrs.append([9, self.multipath()])
            if self.maybe(0.8):
                attrs = [a for a in attrs if a[0] not in (4, 5)]
        if self.maybe(0.2):
            attrs.append([15, u32(self.r.choice(TABLES))])
        if self.maybe(0.08):
            attrs.append(self.of([18, "0200" + self.address()], [18, "0a00" + "00" * 16], [18, "02000a"], [18, "0700" + self.address()], [11, u32(1)], [11, u32(0x10002)], [2, self.address()], [3, u32(1)], [16, u32(3)], [20, u8(0)], [21, u16(1)], [21, u16(0)], [22, []], [23, u32(10)], [25, u32(0)], [26, u8(1)], [30, u32(1)], [30, u32(0)], [27, u8(6)], [28, "0050"], [31, u32(1)], [99, u32(1)]))
        return attrs

    def route_head(self, deleting=False):
        length = self.of(16, 16, 24, 24, 0, 32) if self.maybe(0.93) else self.of(33, 255, 1, 8)
        kind = self.of(1, 1, 1, 1, 1, 6, 7, 8, 9) if self.maybe(0.9) else self.of(0, 2, 3, 4, 5, 10, 11, 12, 99)
        scope = self.of(0, 0, 253, 253, 254, 255, 200)
        protocol = self.of(3, 4, 4, 2, 0, 16, 99)
        if deleting and self.maybe(0.7):
            kind, scope, protocol = 0, 255, 0
        return struct.pack("=BBBBBBBBI", self.family(), length, 0 if self.maybe(0.97) else 24, self.of(0, 0, 0, 0, 8, 16, 3, 255), self.r.choice(TABLES) & 0xFF if self.maybe(0.9) else 0, protocol, scope, kind, self.of(0, 0, 0, 0, 0, 4, 1, 16, 0x100, 0x200, 0x800)).hex()

    def new_route(self):
        return ("NEWROUTE", self.flags(0x600, 0x600, 0x600, 0x400, 0x500, 0x100, 0xC00, 0x800, 0x600 | 8, 0), self.route_head(), self.route_attrs())

    def del_route(self):
        return ("DELROUTE", self.flags(0, 0, 8), self.route_head(True), self.route_attrs())

    def get_route(self):
        if self.maybe(0.4):
            head = struct.pack("=BBBBBBBBI", self.family(), 0, 0, 0, self.of(0, 0, 254, 255, 100, 9), self.of(0, 0, 4, 2), self.of(0, 0, 0, 253), self.of(0, 0, 1, 2), self.of(0, 0, 0, 0x200, 0x800, 4)).hex()
            attrs = []
            if self.maybe(0.4):
                attrs.append(self.of([4, u32(self.index())], [15, u32(self.r.choice(TABLES))], [15, u32(9)], [1, self.address()], [6, u32(0)], [99, "00"]))
            if self.maybe(0.1):
                head = head[:2]
            return ("GETROUTE", 0x300, head, attrs)
        attrs = [[1, self.address()]] if self.maybe(0.95) else []
        for a in ([2, self.address()], [3, u32(self.index())], [4, u32(self.index())], [16, u32(5)], [25, u32(1000)], [27, u8(self.of(1, 6, 17, 58, 99))], [28, "0050"], [29, "0050"], [15, u32(254)], [5, self.address()], [99, "00"], [18, "0200" + self.address()]):
            if self.maybe(0.07):
                attrs.append(a)
        head = struct.pack("=BBBBBBBBI", self.family(), 32 if self.maybe(0.9) else 24, 0 if self.maybe(0.9) else 32, self.of(0, 0, 8, 1), 0 if self.maybe(0.95) else 254, 0 if self.maybe(0.97) else 4, 0 if self.maybe(0.97) else 253, 0 if self.maybe(0.97) else 1, self.of(0, 0, 0x1000, 0x2000, 0x200)).hex()  # RTM_F_NOTIFY (0x100) would stick to what is cached of the route
        return ("GETROUTE", self.flags(0), head, attrs)

    def neigh_attrs(self):
        attrs = []
        if self.maybe(0.95):
            attrs.append([1, self.address()])
        if self.maybe(0.8):
            attrs.append([2, self.mac()])
        if self.maybe(0.1):
            attrs.append([12, u8(self.of(0, 4, 99))])
        if self.maybe(0.05):
            attrs.append([15, u32(self.of(0, 1, 2, 3, 4, 8))])
        if self.maybe(0.06):
            attrs.append(self.of([4, u32(3)], [3, "00" * 16], [5, u16(1)], [6, u16(1)], [7, u32(1)], [8, u32(1)], [9, u32(1)], [13, u32(1)], [14, []], [99, "00"]))
        return attrs

    def neigh_head(self, steady=True):
        # NUD_PERMANENT, NOARP, STALE; those that time moves on are rare.
        state = self.of(0x80, 0x80, 0x40, 4, 4) if self.maybe(0.93) else self.of(0, 2, 0x20, 0xFF, 0xC0, 1)
        family = self.family()
        return struct.pack("=BBHiHBB", family, 0, 0, self.index(), state, 0 if self.maybe(0.85) else self.of(8, 8, 8, 2, 0x80, 0x40, 0x10, 0x20), 0 if self.maybe(0.95) else 1).hex()

    def new_neigh(self):
        return ("NEWNEIGH", self.flags(0x600, 0x600, 0x400, 0x500, 0x100, 0, 0x600 | 8), self.neigh_head(), self.neigh_attrs())

    def del_neigh(self):
        return ("DELNEIGH", self.flags(0, 8), self.neigh_head(), self.neigh_attrs())

    def get_neigh(self):
        if self.maybe(0.5):
            head = struct.pack("=BBHiHBB", self.family() if self.maybe(0.8) else 0, 0, 0, 0 if self.maybe(0.9) else 10, 0, self.of(0, 0, 8, 2), 0).hex()
            attrs = []
            if self.maybe(0.4):
                attrs.append(self.of([8, u32(self.index())], [9, u32(0)], [9, u32(10)], [1, self.address()], [99, "00"]))
            if self.maybe(0.1):
                head = head[:2]
            return ("GETNEIGH", 0x300, head, attrs)
        head = struct.pack("=BBHiHBB", self.family(), 0, 0, self.index(), 0 if self.maybe(0.95) else 2, self.of(0, 0, 0, 8, 2), 0).hex()
        return ("GETNEIGH", self.flags(0), head, [[1, self.address()]] + (self.neigh_attrs() if self.maybe(0.1) else []))

    # ---- the rest

    def nsid(self):
        attrs = []
        if self.maybe(0.95):
            attrs.append([1, u32(self.r.choice(NSIDS))])
        if self.maybe(0.95):
            attrs.append([3, u32(FIRST_FD + self.r.randrange(3))] if self.maybe(0.85) else self.of([3, u32(-1)], [3, u32(0)], [2, u32(0)], [2, u32(4000000)]))
        if self.maybe(0.05):
            attrs.append(self.of([4, u32(0)], [5, u32(0)], [99, "00"]))
        return ("NEWNSID", self.flags(0, 8), "00", attrs)

    def get_nsid(self):
        if self.maybe(0.4):
            return ("GETNSID", 0x300, self.of("00", "00000000", ""), [self.of([4, u32(0)], [4, u32(9)], [1, u32(0)], [99, "00"])] if self.maybe(0.4) else [])
        attrs = [self.of([1, u32(self.r.choice(NSIDS))], [3, u32(FIRST_FD + self.r.randrange(3))], [3, u32(-1)], [2, u32(4000000)])] if self.maybe(0.95) else []
        if self.maybe(0.2):
            attrs.append([4, u32(self.r.choice(NSIDS))])
        return ("GETNSID", self.flags(0), "00", attrs)

    def netconf(self):
        head = self.of("02", "02", "02000000", "00", "07", "63")
        if self.maybe(0.4):
            return ("GETNETCONF", 0x300, head, [[1, u32(10)]] if self.maybe(0.1) else [])
        attrs = [[1, u32(self.index() if self.maybe(0.7) else self.of(-1, -2, -3))]] if self.maybe(0.95) else []
        if self.maybe(0.05):
            attrs.append([self.of(2, 3, 99), u32(1)])
        return ("GETNETCONF", self.flags(0), head, attrs)

    def stats(self):
        mask = self.of(1, 1, 2, 4, 8, 16, 0, 31, 32, -1)
        kind = "SETSTATS" if self.maybe(0.1) else "GETSTATS"
        # What SETSTATS can set is for hardware to count (2): there is none here.
        attrs = [] if self.maybe(0.8) else [self.of([1, []], [1, [[1, u32(1)]]], [2, u8(1)] if kind == "GETSTATS" else [1, []], [9, "00"])]
        if self.maybe(0.4):
            return (kind, 0x300, struct.pack("=BBHII", self.family() if self.maybe(0.2) else 0, 0, 0, 0 if self.maybe(0.9) else 10, mask & 0xFFFFFFFF).hex(), attrs)
        return (kind, self.flags(0), struct.pack("=BBHiI", 0, 0 if self.maybe(0.95) else 1, 0, self.index(), mask & 0xFFFFFFFF).hex(), attrs)

    def strange(self):
        """Messages that exist on no kernel, or have no such form."""
        kind = self.r.choice([19, 23, 27, 31, 34, 35, 56, 59, 60, 61, 64, 68, 83, 91, 93, 94, 98, 107, 110, 111, 124, 15, 16, 22, 26, 58, 200, 0, 1, 2, 3, 5, 9])
        flags, head = self.flags(0, 0x300), self.of("", "00", "02", "0a", "02000000", "00" * 8, "00" * 12, "00" * 16)
        # A kernel without IPv6 has no rules of it (EAFNOSUPPORT); this one has.
        return (kind, flags, "02" if (kind, head) == (34, "0a") else head, [])

    # ---- breaking

    def breaks(self, command):
        kind, flags, head, attrs = command
        attrs = [list(a) for a in attrs]
        how = self.of("length", "cut", "double", "type", "payload", "add", "head", "flags", "nested", "empty")
        at = self.r.randrange(len(attrs)) if attrs else None
        cut = 0
        if how == "length" and attrs:
            size = 4 + len(attrs[at][1]) // 2 if isinstance(attrs[at][1], str) else 8
            attrs[at] = attrs[at][:2] + [self.of(0, 3, 4, size - 1, size + 1, size + 4, 0xFFFF)]
        elif how == "cut":
            cut = self.of(1, 2, 3, 4, 5, 8, 12, 16)
        elif how == "double" and attrs:
            attrs.insert(self.r.randrange(len(attrs) + 1), attrs[at])
        elif how == "type" and attrs:
            attrs[at][0] = self.r.randrange(0, 72)
        elif how == "payload" and attrs and isinstance(attrs[at][1], str):
            p = attrs[at][1]
            attrs[at][1] = self.of(p + "00", p[:-2], p + "00000000", p[: len(p) // 4 * 2], "")
        elif how == "add":
            attrs.insert(self.r.randrange(len(attrs) + 1), [self.r.randrange(0, 100), "00" * self.of(0, 1, 2, 4, 8)])
        elif how == "head":
            head = self.of(head[:-2], head[:2], "", head + "00000000", head[:-8])
        elif how == "flags":
            flags = self.r.randrange(0, 0x1000)
        elif how == "nested" and attrs:
            attrs[at][0] |= self.of(0x8000, 0x4000)
        elif how == "empty" and attrs:
            attrs[at][1] = ""
        return kind, flags, head, attrs, cut

    def command(self):
        makers = [
            (8, self.new_link), (10, self.change_link), (6, self.up_down), (4, self.move), (4, self.del_link), (6, self.get_link), (4, self.props),
            (12, self.new_addr), (5, self.del_addr), (3, self.get_addr), (16, self.new_route), (6, self.del_route), (7, self.get_route),
            (8, self.new_neigh), (3, self.del_neigh), (3, self.get_neigh), (3, self.nsid), (2, self.get_nsid), (2, self.netconf), (2, self.stats), (1, self.strange),
        ]
        kind, flags, head, attrs = self.r.choices([m for _, m in makers], [w for w, _ in makers])[0]()
        cut = 0
        if self.maybe(0.12):
            kind, flags, head, attrs, cut = self.breaks((kind, flags, head, attrs))
        number = NUMBERS.get(kind, kind)
        out = {"ns": self.of(0, 0, 0, 1, 1, 2), "socket": self.of(0, 0, 0, 1, 2, 3), "type": number, "flags": flags, "head": head, "attrs": attrs}
        if cut:
            out["cut"] = cut
        return out

    def start(self):
        """A world to begin with: two joined devices here, one that leads elsewhere, all up and with addresses."""
        from .wire import attributes

        def pair(index, peer, target=None):
            inner = [[3, text(f"v{peer}")], [1, f"0200000000{peer:02x}"]] + ([[28, u32(FIRST_FD + target)]] if target else [])
            data = [[1, struct.pack("=BBHiII", 0, 0, 0, peer, 0, 0).hex() + attributes(inner).hex()]]
            return ("NEWLINK", 0x604, struct.pack("=BBHiII", 0, 0, 0, index, 0, 0).hex(), [[3, text(f"v{index}")], [1, f"0200000000{index:02x}"], [18, [[1, text("veth")], [2, data]]]])

        def up(index):
            return ("NEWLINK", 4, struct.pack("=BBHiII", 0, 0, 0, index, 1, 1).hex(), [])

        def addr(index, address, n=24):
            return ("NEWADDR", 0x604, struct.pack("=BBBBI", 2, n, 0, 0, index).hex(), [[2, v4(address)], [1, v4(address)]])

        plan = [(0, up(1)), (0, pair(10, 11)), (0, pair(12, 13, 1)), (0, up(10)), (0, up(11)), (0, up(12)), (1, up(13)), (0, addr(10, "10.0.0.1")), (0, addr(12, "192.0.2.1")), (1, addr(13, "192.0.2.2"))]
        return [{"ns": ns, "socket": 0, "type": NUMBERS[c[0]], "flags": c[1], "head": c[2], "attrs": c[3]} for ns, c in plan]

    def sequence(self, length):
        return {"taps": True, "commands": self.start() + [self.command() for _ in range(length)]}
