# memcached with four threads: sets and gets over TCP by many connections.
. "$CHECK"
need memcached
two a b
ip netns exec b setpriv --reuid=65534 --regid=65534 --clear-groups memcached -l 10.0.0.2 -p 11211 -t 4 & server=$!
cat > ask.py <<'P'
import socket, threading
def one(i):
    s = socket.create_connection(("10.0.0.2", 11211)); f = s.makefile("rb"); value = b"v%d" % i * 1000
    for n in range(20):
        s.sendall(b"set k%d-%d 0 0 %d\r\n" % (i, n, len(value)) + value + b"\r\n"); assert f.readline() == b"STORED\r\n"
        s.sendall(b"get k%d-%d\r\n" % (i, n)); assert f.readline().startswith(b"VALUE"); assert f.read(len(value) + 2)[:-2] == value; assert f.readline() == b"END\r\n"
    done.append(i)
done = []
ts = [threading.Thread(target=one, args=(i,)) for i in range(30)]; [t.start() for t in ts]; [t.join() for t in ts]; print(len(done))
P
eventually ip netns exec a nc -z 10.0.0.2 11211
same 30 ip netns exec a python3 ask.py
kill $server
pass
