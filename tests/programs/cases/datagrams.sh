. "$CHECK"
two a b
listening() { ip netns exec "$1" grep -q ":$2 " /proc/net/udp; }
ip netns exec b timeout 20 nc -u -l -n -W 1 10.0.0.2 7000 > got &
l=$!
eventually listening b 1B58
echo 'hello' | ip netns exec a nc -u -n -q 0 -w 1 10.0.0.2 7000
wait $l
same hello cat got
ip netns exec b timeout 20 socat UDP4-RECVFROM:7001,fork EXEC:'tr a-z A-Z' &
s=$!
eventually listening b 1B59
for m in one two three; do
  same "$(echo $m | tr a-z A-Z)" sh -c "echo $m | ip netns exec a socat -t 1 - UDP4:10.0.0.2:7001"
done
kill $s
cat > ask.py <<'P'
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.settimeout(3); s.connect(("10.0.0.2", 7002))
try: s.send(b"x"); s.recv(10); print("answered")
except ConnectionRefusedError: print("refused")
P
same refused ip netns exec a python3 ask.py
cat > echo.py <<'P'
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("", 7002))
while True:
    d, a = s.recvfrom(70000); s.sendto(d, a)
P
ip netns exec b timeout 30 python3 echo.py &
e=$!
eventually listening b 1B5A
cat > bulk.py <<'P'
import os, socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.settimeout(5); s.connect(("10.0.0.2", 7002))
for i in range(300):
    d = os.urandom(1 + i * 150 % 40000); s.send(d); assert s.recv(70000) == d, i
print("all")
P
same all ip netns exec a python3 bulk.py
kill $e
pass
