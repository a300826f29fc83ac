# Servers that listen by AF_INET6 sockets, clients of IPv4: nginx on [::], and beside it on 0.0.0.0; asyncio's pair of sockets; Python's dual one; socat.
. "$CHECK"
two a b
ip -n b link set lo up
mkdir www
echo hello > www/index.html
chmod -R a+rX www
cat > nginx.conf <<C
daemon off; user nobody nogroup; worker_processes 2; pid $PWD/pid; error_log $PWD/error.log;
events { worker_connections 64; }
http {
  access_log off; client_body_temp_path $PWD/t1; proxy_temp_path $PWD/t2; fastcgi_temp_path $PWD/t3; uwsgi_temp_path $PWD/t4; scgi_temp_path $PWD/t5;
  server { listen [::]:8080 ipv6only=off; root $PWD/www; add_header X-Who \$remote_addr; }
  server { listen [::]:8081; listen 8081; root $PWD/www; add_header X-Who \$remote_addr; }
  server { listen [::]:8082; root $PWD/www; }
}
C
ip netns exec b nginx -p "$PWD" -e "$PWD/error.log" -c "$PWD/nginx.conf" & nginx=$!
eventually ip netns exec a curl -sf http://10.0.0.2:8080/
same hello ip netns exec a curl -s http://10.0.0.2:8080/
has 'X-Who: ::ffff:10.0.0.1' ip netns exec a curl -si http://10.0.0.2:8080/
has 'X-Who: 10.0.0.1' ip netns exec a curl -si http://10.0.0.2:8081/
status 7 ip netns exec a curl -s http://10.0.0.2:8082/ # [::] alone is IPv6 alone (ipv6only=on)
has '00000000000000000000000000000000:1F92 .* 0A ' ip netns exec b cat /proc/net/tcp6
kill -QUIT $nginx
wait $nginx || fail "nginx ended with $?"

ip netns exec b python3 - <<'P' & server=$!
import asyncio
async def serve(r, w):
    data = await r.read(99); w.write(data.upper() + repr(w.get_extra_info("peername")[0]).encode()); await w.drain(); w.close()
    if data == b"end": done.set()
async def main():
    global done
    done = asyncio.Event()
    s = await asyncio.start_server(serve, None, 9000) # a socket of each family, that of AF_INET6 with IPV6_V6ONLY
    assert sorted(x.family.name for x in s.sockets) == ["AF_INET", "AF_INET6"], s.sockets
    d = await asyncio.start_server(serve, "::", 9001)
    await done.wait()
asyncio.run(main())
P
ask() { ip netns exec a python3 -c "import socket, sys; s = socket.create_connection(('10.0.0.2', $1)); s.sendall(b'$2'); print(s.recv(99).decode())"; }
eventually ask 9000 x
same "ABC'10.0.0.1'" ask 9000 abc
status 1 ask 9001 abc # asyncio sets IPV6_V6ONLY: nobody of IPv4 gets there
same "END'10.0.0.1'" ask 9000 end
wait $server || fail "asyncio ended with $?"

ip netns exec b python3 - <<'P' & server=$!
import socket
with socket.create_server(("", 9100), family=socket.AF_INET6, dualstack_ipv6=True) as l, socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as u:
    u.bind(("::", 9100))
    for _ in range(3):
        c, name = l.accept(); c.sendall(c.recv(99) + name[0].encode()); c.close()
        data, name = u.recvfrom(99); u.sendto(data + name[0].encode(), name)
P
eventually ip netns exec b grep -q :238C /proc/net/tcp6
ok ip netns exec a python3 - <<'P'
import socket
for family, to in ((socket.AF_INET, "10.0.0.2"), (socket.AF_INET6, "::ffff:10.0.0.2"), (socket.AF_INET, "10.0.0.2")):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(family, kind) as s:
            s.settimeout(10); s.connect((to, 9100)); s.send(b"hello "); got = s.recv(99)
            assert got == b"hello ::ffff:10.0.0.1", got
P
wait $server || fail "the dual server ended with $?"

ip netns exec b socat TCP6-LISTEN:9200,reuseaddr,fork SYSTEM:'echo \$SOCAT_PEERADDR; cat' & server=$!
eventually ip netns exec b grep -q :23F0 /proc/net/tcp6
has 'ffff:.*a00' ip netns exec a sh -c 'echo said | socat -t 2 - TCP4:10.0.0.2:9200'
has '^said$' ip netns exec a sh -c 'echo said | socat -t 2 - TCP4:10.0.0.2:9200'
kill $server
pass
