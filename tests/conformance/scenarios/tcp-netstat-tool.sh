# netstat -tan and busybox netstat show what there is.
. "${0%/*}/../lib.sh"
ip link set lo up
cat > hold.py <<'P'
import socket, time
s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); s.bind(("127.0.0.1", 7000)); s.listen(5)
c = socket.socket(); c.bind(("127.0.0.1", 7001)); c.connect(("127.0.0.1", 7000)); d = s.accept()[0]
e = socket.socket(); e.bind(("127.0.0.1", 7002)); e.connect(("127.0.0.1", 7000)); f = s.accept()[0]; e.close(); c.send(b"12345")
time.sleep(0.1); open("ready", "w").write("x"); time.sleep(10)
P
python3 hold.py & p=$!
await test -s ready
t sh -c "netstat -tan | sort"
t netstat -tln
t sh -c 'netstat -st | grep -E "connection openings|resets sent"'
t sh -c "busybox netstat -tan | sort"
kill $p
