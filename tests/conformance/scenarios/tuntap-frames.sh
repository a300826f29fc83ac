# needs: tun
# Frames through /dev/net/tun, with and without packet information; queued, answered, refused.
. "${0%/*}/../lib.sh"
ns a
ip -n a link set lo up
cat > tun.py <<'P'
import errno, fcntl, os, select, socket, struct, subprocess
TUNSETIFF, TUNGETIFF, TUNSETPERSIST, TUNGETFEATURES = 0x400454CA, 0x800454D2, 0x400454CB, 0x800454CF
TUN, TAP, NO_PI = 1, 2, 0x1000
def sh(c): return subprocess.run(c, shell=True, capture_output=True, text=True).stdout.strip()
def attempt(what, f, *a):
    try: print(what, "->", f(*a))
    except OSError as e: print(what, "->", errno.errorcode[e.errno])
def sum16(b):
    if len(b) % 2: b += b"\0"
    s = sum(struct.unpack(f"!{len(b)//2}H", b))
    while s >> 16: s = (s & 65535) + (s >> 16)
    return ~s & 65535
def echo(src, dst, n):
    icmp = struct.pack("!BBHHH", 8, 0, 0, 77, n) + b"payload"
    icmp = icmp[:2] + struct.pack("!H", sum16(icmp)) + icmp[4:]
    ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(icmp), n, 0, 64, 1, 0, socket.inet_aton(src), socket.inet_aton(dst))
    return ip[:10] + struct.pack("!H", sum16(ip)) + ip[12:] + icmp
def show(p): return (p[0] >> 4, p[9], socket.inet_ntoa(p[12:16]), socket.inet_ntoa(p[16:20]), p[20], p[28:])
def read(fd):
    r = select.select([fd], [], [], 2)[0]
    return os.read(fd, 3000) if r else None
def wanted(fd, skip, proto):  # the first frame of that IP protocol
    while (f := read(fd)) is not None:
        if len(f) > skip + 20 and f[skip] >> 4 == 4 and f[skip + 9] == proto: return f
fd = os.open("/dev/net/tun", os.O_RDWR)
attempt("no kind", fcntl.ioctl, fd, TUNSETIFF, struct.pack("16sH22x", b"x0", 0))
r = fcntl.ioctl(fd, TUNSETIFF, struct.pack("16sH22x", b"tun%d", TUN | NO_PI)); print(r[:16].rstrip(b"\0"))
attempt("attach twice", fcntl.ioctl, fd, TUNSETIFF, struct.pack("16sH22x", b"tun9", TUN | NO_PI))
print(hex(struct.unpack("16xH22x", fcntl.ioctl(fd, TUNGETIFF, bytes(40)))[0]))
attempt("write while down", os.write, fd, echo("10.0.0.2", "10.0.0.1", 1))
print(sh("ip addr add 10.0.0.1/24 dev tun0; ip link set tun0 up; ip link show tun0"))
attempt("echo in", os.write, fd, echo("10.0.0.2", "10.0.0.1", 1))
print(show(wanted(fd, 0, 1)))
attempt("junk", os.write, fd, b"\xf0junk")
attempt("empty", os.write, fd, b"")
other = os.open("/dev/net/tun", os.O_RDWR)
attempt("taken", fcntl.ioctl, other, TUNSETIFF, struct.pack("16sH22x", b"tun0", TUN | NO_PI))
attempt("other kind", fcntl.ioctl, other, TUNSETIFF, struct.pack("16sH22x", b"lo", TUN | NO_PI))
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("10.0.0.1", 5000)); s.sendto(b"datagram", ("10.0.0.9", 9)); print(show(wanted(fd, 0, 17)))
os.set_blocking(fd, False)
while True:
    try: os.read(fd, 3000)
    except BlockingIOError: break
print("drained")
os.close(fd); print("closed:", sh("ip -br link show type tun"))
fd = os.open("/dev/net/tun", os.O_RDWR)
fcntl.ioctl(fd, TUNSETIFF, struct.pack("16sH22x", b"pi0", TUN))
sh("ip addr add 10.0.0.1/24 dev pi0; ip link set pi0 up")
attempt("with information", os.write, fd, struct.pack("!HH", 0, 0x0800) + echo("10.0.0.2", "10.0.0.1", 2))
f = wanted(fd, 4, 1); print(f[:4].hex(), show(f[4:]))
attempt("too short", os.write, fd, b"\0\0\0")
fcntl.ioctl(fd, TUNSETPERSIST, 1); os.close(fd); print("kept:", sh("ip -br link show pi0").split()[0])
fd = os.open("/dev/net/tun", os.O_RDWR); fcntl.ioctl(fd, TUNSETIFF, struct.pack("16sH22x", b"pi0", TUN))
fcntl.ioctl(fd, TUNSETPERSIST, 0); os.close(fd); print("gone:", sh("ip -br link show pi0 2>&1"))
fd = os.open("/dev/net/tun", os.O_RDWR)
fcntl.ioctl(fd, TUNSETIFF, struct.pack("16sH22x", b"tap0", TAP | NO_PI))
sh("ip link set tap0 address 02:00:00:00:00:01; ip addr add 10.0.0.1/24 dev tap0; ip link set tap0 up")
arp = bytes.fromhex("ffffffffffff02000000000208060001080006040001020000000002") + socket.inet_aton("10.0.0.2") + bytes(6) + socket.inet_aton("10.0.0.1")
attempt("arp request", os.write, fd, arp)
while (f := read(fd)) and f[12:14] != b"\x08\x06": pass
print(f[:42].hex())
print(sh("ip neigh show dev tap0").split()[:3])
os.write(fd, bytes.fromhex("0200000000010200000000020800") + echo("10.0.0.2", "10.0.0.1", 3))
f = wanted(fd, 14, 1); print(f[:14].hex(), show(f[14:]))
print(sh("ip -s -j link show tap0 | jq -c '.[].stats64.rx'"))
P
t ip netns exec a python3 -u tun.py
