# nginx with four workers, curl: pages, one connection for many, 100 MB by sendfile, many at once, a missing page, reload.
. "$CHECK"
two a b
ip -n b link set lo up
mkdir www
echo hello > www/index.html
head -c 100000000 /dev/urandom > www/large
chmod -R a+rX www
cat > nginx.conf <<C
daemon off; user nobody nogroup; worker_processes 4; pid $PWD/pid; error_log $PWD/error.log;
events { worker_connections 256; }
http {
  sendfile on; tcp_nopush on; access_log off; client_body_temp_path $PWD/t1; proxy_temp_path $PWD/t2; fastcgi_temp_path $PWD/t3;
  uwsgi_temp_path $PWD/t4; scgi_temp_path $PWD/t5;
  server { listen 10.0.0.2:8080; root $PWD/www; }
  server { listen 10.0.0.2:8081; location / { proxy_pass http://10.0.0.2:8080; } }
}
C
ip netns exec b nginx -p "$PWD" -e "$PWD/error.log" -c "$PWD/nginx.conf" & nginx=$!
eventually ip netns exec a curl -sf http://10.0.0.2:8080/
same hello ip netns exec a curl -s http://10.0.0.2:8080/
same 404 ip netns exec a curl -s -o /dev/null -w '%{http_code}' http://10.0.0.2:8080/none
same 10000 ip netns exec a curl -s -o /dev/null -o /dev/null -o /dev/null -o /dev/null -o /dev/null -w '%{num_connects}' \
  http://10.0.0.2:8080/ http://10.0.0.2:8080/ http://10.0.0.2:8080/ http://10.0.0.2:8080/ http://10.0.0.2:8080/
ok ip netns exec a sh -c 'curl -s http://10.0.0.2:8080/large | cmp - www/large'
ok ip netns exec a sh -c 'curl -s -r 0-29999999 http://10.0.0.2:8081/large | cmp -n 30000000 - www/large'
clients=
for i in 1 2 3 4 5 6 7 8 9 10; do
  ip netns exec a sh -c "curl -s -r ${i}000000-${i}999999 http://10.0.0.2:8080/large > part$i" & clients="$clients $!"
done
for c in $clients; do wait "$c" || fail "a client"; done
for i in 1 2 3 4 5 6 7 8 9 10; do [ "$(wc -c < part$i)" = 1000000 ] || [ "$i" = 10 ] || fail "part $i"; done
kill -HUP $nginx
eventually ip netns exec a curl -sf http://10.0.0.2:8080/
status 7 ip netns exec a curl -s http://10.0.0.2:8090/
kill -QUIT $nginx
wait $nginx || fail "nginx ended with $?"
hasnt 'emerg|alert' cat error.log
pass
