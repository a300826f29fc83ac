# What a close or an exit gives back is free at once: ports, tap devices, names.
. "$CHECK"
ok ip link set lo up
cat > bind.py <<'P'
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("127.0.0.1", 4000))
P
for i in 1 2 3 4 5 6 7 8 9 10; do ok python3 bind.py; done
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
  ok ip tuntap add dev t0 mode tap
  ok ip tuntap del dev t0 mode tap
done
cat > again.py <<'P'
import fcntl, os, socket, struct
for i in range(300):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("127.0.0.1", 4001)); s.close()
for i in range(100):
    fd = os.open("/dev/net/tun", os.O_RDWR); fcntl.ioctl(fd, 0x400454CA, struct.pack("16sH22x", b"x0", 2)); os.close(fd)
print("free")
P
same free python3 again.py
for i in 1 2 3 4 5 6 7 8 9 10; do
  ok ip netns add n
  ok ip -n n link add v0 type veth peer name v1
  ok ip netns del n
done
pass
