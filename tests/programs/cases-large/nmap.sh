# nmap and hping3 look at a host: scans by connect, of half-open connections, of flags; who is there. The host serves on, and keeps nothing of it.
. "$CHECK"
need nmap
two a b
cat > serve.py <<'P'
import socket
l = socket.create_server(("10.0.0.2", 80), backlog=200); m = socket.create_server(("10.0.0.2", 22)); open("ready", "w").close()
while True: l.accept()[0].sendall(b"served")
P
ip netns exec b python3 serve.py & server=$!
eventually test -e ready
scan() { ip netns exec a timeout 40 nmap -n "$@" 10.0.0.2; }
has '^80/tcp +open ' scan -sT -Pn -p 1-1000
has '^80/tcp +open ' scan -sS -Pn -p 1-1000
has '^Not shown: 998 closed' scan -sS -p 1-1000
has '^80/tcp +open.filtered' scan -sF -Pn -p 1-300
has '^80/tcp +open.filtered' scan -sX -Pn -p 1-300
has '^80/tcp +unfiltered' scan -sA -Pn -p 79-81
has '^10/udp +closed' scan -sU -Pn -p 8-10
has '1 host up' scan -sn
has '1 host up' scan -sn -PE --disable-arp-ping
same served ip netns exec a nc -d 10.0.0.2 80
hasnt ' 03 | 08 ' ip netns exec b sed -n '2,$p' /proc/net/tcp
kill $server
pass
