# kill -9 of clients and servers in mid-transfer: the peer is told, ports come free, others go on.
. "$CHECK"
two a b
cat > serve.py <<'P'
import os, signal, socket, sys, threading
s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); s.bind(("10.0.0.2", 7000)); s.listen(64)
open("ready", "w").close()
def one(c):
    try:
        while data := c.recv(65536): c.sendall(data)
    except OSError: pass
    c.close()
while True: threading.Thread(target=one, args=(s.accept()[0],), daemon=True).start()
P
cat > ask.py <<'P'
import socket, sys, threading
c = socket.create_connection(("10.0.0.2", 7000)); n = int(sys.argv[1]); sent = bytes(range(256)) * (n // 256); got = bytearray()
def read():
    while len(got) < len(sent):
        data = c.recv(65536)
        if not data: break
        got.extend(data)
t = threading.Thread(target=read)
try: t.start(); c.sendall(sent)
except OSError: pass
t.join(); sys.exit(0 if got == sent else 3)
P
serve() {
  rm -f ready
  ip netns exec b python3 serve.py 2>/dev/null & server=$!
  eventually test -e ready
}
serve
ip netns exec a python3 ask.py 200000000 & other=$!
for i in 1 2 3 4 5 6; do
  ip netns exec a python3 ask.py 500000000 & client=$!
  sleep 0.$i
  kill -9 $client
  wait $client 2>/dev/null
done
ok ip netns exec a python3 ask.py 1000000
kill -9 $server
wait $server 2>/dev/null
wait $other 2>/dev/null
status 1 ip netns exec a nc -z 10.0.0.2 7000
serve
ok ip netns exec a python3 ask.py 1000000
has ':1B58 .* 0A ' ip netns exec b cat /proc/net/tcp
kill $server
pass
