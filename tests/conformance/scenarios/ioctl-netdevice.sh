# The ioctls of netdevice(7) and arp(7): each, on devices, aliases and what is none; bounds, families, flags.
. "${0%/*}/../lib.sh"
ns a
ip -n a link set lo up
ip -n a link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02
ip -n a link set v1 up
py a <<'P'
from sockets import *
import fcntl
S = socket(AF_INET, SOCK_DGRAM)
def ifr(name, tail=b""): return struct.pack("16s24s", name.encode(), tail)
def sa(ip): return struct.pack("=HH4s8x", 2, 0, inet_aton(ip))
N = dict(SIOCGIFNAME=0x8910, SIOCSIFLINK=0x8911, SIOCGIFCONF=0x8912, SIOCGIFFLAGS=0x8913, SIOCSIFFLAGS=0x8914, SIOCGIFADDR=0x8915, SIOCSIFADDR=0x8916, SIOCGIFDSTADDR=0x8917, SIOCSIFDSTADDR=0x8918, SIOCGIFBRDADDR=0x8919, SIOCSIFBRDADDR=0x891a, SIOCGIFNETMASK=0x891b, SIOCSIFNETMASK=0x891c, SIOCGIFMETRIC=0x891d, SIOCSIFMETRIC=0x891e, SIOCGIFMEM=0x891f, SIOCSIFMEM=0x8920, SIOCGIFMTU=0x8921, SIOCSIFMTU=0x8922, SIOCSIFNAME=0x8923, SIOCSIFHWADDR=0x8924, SIOCGIFENCAP=0x8925, SIOCSIFENCAP=0x8926, SIOCGIFHWADDR=0x8927, SIOCGIFSLAVE=0x8929, SIOCSIFSLAVE=0x8930, SIOCADDMULTI=0x8931, SIOCDELMULTI=0x8932, SIOCGIFINDEX=0x8933, SIOCSIFPFLAGS=0x8934, SIOCGIFPFLAGS=0x8935, SIOCDIFADDR=0x8936, SIOCSIFHWBROADCAST=0x8937, SIOCGIFCOUNT=0x8938, SIOCGIFTXQLEN=0x8942, SIOCSIFTXQLEN=0x8943, SIOCETHTOOL=0x8946, SIOCGMIIPHY=0x8947, SIOCWANDEV=0x894a, SIOCGIFMAP=0x8970, SIOCSIFMAP=0x8971, SIOCGARP=0x8954, SIOCSARP=0x8955, SIOCDARP=0x8953, SIOCGRARP=0x8961, SIOCRTMSG=0x890d, SIOCADDRT=0x890b, SIOCDELRT=0x890c)
def call(what, name, arg):
    try:
        r = fcntl.ioctl(S.fileno(), N[name], arg)
        if name == "SIOCGIFFLAGS": r = r[:16] + struct.pack("H", struct.unpack_from("H", r, 16)[0] & ~0x40)  # IFF_RUNNING comes later
        print(what, name, "->", r[16:].hex().rstrip("0"))
    except OSError as e: print(what, name, "->", name_of(e))
for d in ("v0", "lo", "none", "", "v0:1", "v0:x"):
    for n in N:
        if n.startswith("SIOCGIF") and n not in ("SIOCGIFCONF", "SIOCGIFNAME"): call(d, n, ifr(d))
call("by 1", "SIOCGIFNAME", ifr("", struct.pack("i", 1))); call("by 99", "SIOCGIFNAME", ifr("", struct.pack("i", 99)))
call("addr", "SIOCSIFADDR", ifr("v0", sa("192.0.2.1"))); call("", "SIOCGIFADDR", ifr("v0")); call("", "SIOCGIFNETMASK", ifr("v0")); call("", "SIOCGIFBRDADDR", ifr("v0")); call("", "SIOCGIFDSTADDR", ifr("v0"))
call("mask", "SIOCSIFNETMASK", ifr("v0", sa("255.255.255.0"))); call("bad mask", "SIOCSIFNETMASK", ifr("v0", sa("255.0.255.0"))); call("", "SIOCGIFNETMASK", ifr("v0"))
call("brd", "SIOCSIFBRDADDR", ifr("v0", sa("192.0.2.77"))); call("", "SIOCGIFBRDADDR", ifr("v0")); call("dst", "SIOCSIFDSTADDR", ifr("v0", sa("192.0.2.9"))); call("", "SIOCGIFDSTADDR", ifr("v0"))
call("alias", "SIOCSIFADDR", ifr("v0:1", sa("198.51.100.1"))); call("", "SIOCGIFADDR", ifr("v0:1")); call("", "SIOCGIFFLAGS", ifr("v0:1")); call("zero", "SIOCSIFADDR", ifr("v0:1", sa("0.0.0.0"))); call("", "SIOCGIFADDR", ifr("v0:1"))
call("other family", "SIOCSIFADDR", ifr("v0", struct.pack("=H22x", 10)))
call("class a", "SIOCSIFADDR", ifr("v0", sa("10.1.2.3"))); call("", "SIOCGIFNETMASK", ifr("v0")); call("", "SIOCGIFBRDADDR", ifr("v0"))
call("multicast", "SIOCSIFADDR", ifr("v0", sa("224.1.2.3"))); call("", "SIOCGIFADDR", ifr("v0"))
call("metric 0", "SIOCSIFMETRIC", ifr("v0", struct.pack("i", 0))); call("metric 5", "SIOCSIFMETRIC", ifr("v0", struct.pack("i", 5)))
for m in (67, 68, 1400, 65535, 65536, -1): call(f"mtu {m}", "SIOCSIFMTU", ifr("v0", struct.pack("i", m)))
call("", "SIOCGIFMTU", ifr("v0"))
for q in (-1, 0, 77): call(f"qlen {q}", "SIOCSIFTXQLEN", ifr("v0", struct.pack("i", q)))
call("", "SIOCGIFTXQLEN", ifr("v0"))
mac = lambda b, f=1: struct.pack("=H6s", f, bytes(b))
call("mac", "SIOCSIFHWADDR", ifr("v0", mac([2,0,0,0,0,5]))); call("mac of group", "SIOCSIFHWADDR", ifr("v0", mac([3,0,0,0,0,5]))); call("mac family", "SIOCSIFHWADDR", ifr("v0", mac([2,0,0,0,0,5], 2))); call("", "SIOCGIFHWADDR", ifr("v0")); call("lo", "SIOCSIFHWADDR", ifr("lo", mac([2,0,0,0,0,5], 772)))
call("hwbroadcast", "SIOCSIFHWBROADCAST", ifr("v0", mac([255]*6))); call("hwbroadcast family", "SIOCSIFHWBROADCAST", ifr("v0", mac([255]*6, 2)))
call("map", "SIOCSIFMAP", ifr("v0")); call("encap", "SIOCSIFENCAP", ifr("v0")); call("slave", "SIOCSIFSLAVE", ifr("v0")); call("link", "SIOCSIFLINK", ifr("v0")); call("mem", "SIOCSIFMEM", ifr("v0")); call("mii", "SIOCGMIIPHY", ifr("v0")); call("wan", "SIOCWANDEV", ifr("v0")); call("count", "SIOCGIFCOUNT", ifr("")); call("difaddr", "SIOCDIFADDR", ifr("v0", sa("10.1.2.3"))); call("pflags", "SIOCSIFPFLAGS", ifr("v0")); call("rtmsg", "SIOCRTMSG", ifr("v0")); call("rarp", "SIOCGRARP", ifr("v0"))
for m in ([1,0,0x5e,1,2,3], [2,0,0,0,0,1], [255]*6): call(f"multi {m}", "SIOCADDMULTI", ifr("v0", mac(m, 0))); call(f"del multi {m}", "SIOCDELMULTI", ifr("v0", mac(m, 0))); call("again", "SIOCDELMULTI", ifr("v0", mac(m, 0)))
call("multi family", "SIOCADDMULTI", ifr("v0", mac([1,0,0x5e,1,2,3], 1))); call("multi nowhere", "SIOCADDMULTI", ifr("none", mac([1,0,0x5e,1,2,3], 0)))
for f in (0x1043, 0x1002, 0x1143, 0x1043, 0xffff & ~0x40, 0x1003): call(f"flags {f:x}", "SIOCSIFFLAGS", ifr("v0", struct.pack("H", f))); call("", "SIOCGIFFLAGS", ifr("v0"))
call("name while up", "SIOCSIFNAME", ifr("v0", b"w0")); call("name taken", "SIOCSIFNAME", ifr("w0", b"lo")); call("bad name", "SIOCSIFNAME", ifr("w0", b"a/b")); call("pattern", "SIOCSIFNAME", ifr("w0", b"x%d")); call("back", "SIOCSIFNAME", ifr("x0", b"v0")); call("none", "SIOCSIFNAME", ifr("none", b"q"))
call("addr", "SIOCSIFADDR", ifr("v0", sa("192.0.2.1")))
def arp(ip, flags, m=(2,0,0,0,0,9), dev="v0", fam=2, hw=1, mask="0.0.0.0"): return struct.pack("=HH4s8xH14si16s16s", fam, 0, inet_aton(ip), hw, bytes(m), flags, inet_aton(mask).rjust(8, b"\0").ljust(16, b"\0"), dev.encode())
def arpcall(what, name, a):
    try:
        r = fcntl.ioctl(S.fileno(), N[name], a)
        print(what, name, "->", r[4:8].hex(), r[16:24].hex(), struct.unpack("i", r[32:36])[0], r[52:].rstrip(b"\0"))
    except OSError as e: print(what, name, "->", name_of(e))
for fl in (0, 2, 4, 6, 0x8, 0x10, 0x20, 0x40): arpcall(f"set {fl:x}", "SIOCSARP", arp("192.0.2.9", fl)); arpcall("get", "SIOCGARP", arp("192.0.2.9", 0)); arpcall("del", "SIOCDARP", arp("192.0.2.9", fl)); arpcall("get", "SIOCGARP", arp("192.0.2.9", 0))
for kw in (dict(dev=""), dict(dev="none"), dict(dev="lo"), dict(fam=10), dict(fam=0), dict(hw=6), dict(hw=0), dict(mask="255.255.255.0"), dict(mask="255.255.255.255")):
    arpcall(f"{kw}", "SIOCSARP", arp("192.0.2.10", 2, **kw)); arpcall("get", "SIOCGARP", arp("192.0.2.10", 0, **{k: v for k, v in kw.items() if k in ("dev", "fam")})); arpcall("del", "SIOCDARP", arp("192.0.2.10", 2, **kw))
arpcall("elsewhere", "SIOCSARP", arp("203.0.113.1", 4, dev="")); arpcall("own", "SIOCSARP", arp("192.0.2.1", 4)); arpcall("pub", "SIOCSARP", arp("192.0.2.11", 0xc)); arpcall("pub get", "SIOCGARP", arp("192.0.2.11", 8)); arpcall("pub del", "SIOCDARP", arp("192.0.2.11", 8)); arpcall("pub all", "SIOCSARP", arp("192.0.2.11", 8, dev="")); arpcall("unpub all", "SIOCDARP", arp("192.0.2.11", 8, dev=""))
# SIOCGIFCONF
import array
for size in (0, 39, 40, 79, 80, 200, 4096):
    b = array.array("B", b"\0" * max(size, 1)); p = struct.pack("iP", size, b.buffer_info()[0])
    try: r = fcntl.ioctl(S.fileno(), N["SIOCGIFCONF"], p); n = struct.unpack_from("i", r)[0]; print("conf", size, n, [bytes(b[i:i+16]).rstrip(b"\0") for i in range(0, min(n, size), 40)])
    except OSError as e: print("conf", size, name_of(e))
p = struct.pack("iP", 0, 0); r = fcntl.ioctl(S.fileno(), N["SIOCGIFCONF"], p); print("conf null", struct.unpack_from("i", r)[0])
P
