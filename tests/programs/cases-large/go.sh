# Programs in Go, with the poller of its runtime: caddy serves, hey asks, curl compares a file.
. "$CHECK"
need caddy hey
two a b
ip -n b link set lo up
mkdir www
echo hello > www/index.html
head -c 20000000 /dev/urandom > www/large
chmod -R a+rX www
ip netns exec b caddy file-server --root www --listen 10.0.0.2:8080 > caddy.log 2>&1 & caddy=$!
eventually ip netns exec a curl -sf http://10.0.0.2:8080/
ok ip netns exec a sh -c 'curl -s http://10.0.0.2:8080/large | cmp - www/large'
has '\[200\].*2000 responses' ip netns exec a hey -n 2000 -c 50 http://10.0.0.2:8080/
has '\[200\].*500 responses' ip netns exec a hey -n 500 -c 20 -disable-keepalive http://10.0.0.2:8080/
hasnt 'Error distribution' cat has.out
kill $caddy
pass
