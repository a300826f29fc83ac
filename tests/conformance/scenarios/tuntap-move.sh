# needs: tun
# A tap moves to another namespace while a program holds it: its frames come from there.
. "${0%/*}/../lib.sh"
ns a b
cat > hold.py <<'P'
import fcntl, os, select, struct, sys, time
fd = os.open("/dev/net/tun", os.O_RDWR)
fcntl.ioctl(fd, 0x400454CA, struct.pack("16sH22x", b"tap0", 0x1002))
open("made", "w").write("x")
end = time.time() + 8
while time.time() < end:
    if select.select([fd], [], [], 0.1)[0]:
        f = os.read(fd, 3000)
        if f[12:14] == b"\x08\x06":
            print("arp for", ".".join(map(str, f[38:42]))); break
P
ip netns exec a python3 -u hold.py > seen &
p=$!
await test -s made
ip -n a link set tap0 address 02:00:00:00:00:01
t ip -n a link show tap0
t ip -n a link set tap0 netns b
t ip -n b link show tap0
up b tap0 192.0.2.1/24
t ip netns exec b ping -q -c 1 -W 1 192.0.2.9
wait $p
t cat seen
gone() { ! ip -n b link show tap0 2>/dev/null; }
await gone
t ip -n b -br link
