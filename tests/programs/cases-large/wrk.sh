# wrk against nginx with four workers: keep-alive, and a connection for each request.
. "$CHECK"
need wrk nginx
two a b
mkdir www
echo hello > www/index.html
chmod -R a+rX www
cat > nginx.conf <<C
daemon off; user nobody nogroup; worker_processes 4; pid $PWD/pid; error_log $PWD/error.log;
events { worker_connections 1024; }
http {
  access_log off; client_body_temp_path $PWD/t1; proxy_temp_path $PWD/t2; fastcgi_temp_path $PWD/t3; uwsgi_temp_path $PWD/t4;
  scgi_temp_path $PWD/t5;
  server { listen 10.0.0.2:8080 backlog=1024; root $PWD/www; }
}
C
ip netns exec b nginx -p "$PWD" -e "$PWD/error.log" -c "$PWD/nginx.conf" & nginx=$!
eventually ip netns exec a curl -sf http://10.0.0.2:8080/
has 'Requests/sec: +[1-9][0-9]+' ip netns exec a wrk -t 2 -c 64 -d 3 http://10.0.0.2:8080/
hasnt 'Socket errors|Non-2xx' cat has.out
has 'Requests/sec: +[1-9][0-9]+' ip netns exec a wrk -t 2 -c 16 -d 3 -H 'Connection: close' http://10.0.0.2:8080/
hasnt 'Non-2xx|connect [1-9]|timeout [1-9]' cat has.out
kill -QUIT $nginx
wait $nginx || fail "nginx ended with $?"
pass
