# needs: tun
# An open /dev/net/tun without a device: reads and writes are refused, it polls as broken.
. "${0%/*}/../lib.sh"
cat > tun.py <<'P'
import errno, os, select
fd = os.open("/dev/net/tun", os.O_RDWR)
for what, f in (("write", lambda: os.write(fd, b"x" * 30)), ("read", lambda: os.read(fd, 10))):
    try: print(what, "->", f())
    except OSError as e: print(what, "->", errno.errorcode[e.errno])
p = select.poll(); p.register(fd, select.POLLIN | select.POLLOUT); print([hex(e) for _, e in p.poll(0)])
P
t timeout 3 python3 -u tun.py
