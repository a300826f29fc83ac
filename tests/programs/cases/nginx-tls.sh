# nginx with TLS and HTTP/2, curl: a page, 20 MB, several streams of one connection, a session taken up again, a client without the certificate.
. "$CHECK"
two a b
ok openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=b -addext subjectAltName=DNS:b -days 2 -keyout key -out cert
chmod a+r key
mkdir www
echo hello > www/index.html
head -c 20000000 /dev/urandom > www/large
chmod -R a+rX www
cat > nginx.conf <<C
daemon off; user nobody nogroup; worker_processes 2; pid $PWD/pid; error_log $PWD/error.log;
events { worker_connections 256; }
http {
  sendfile on; access_log off; client_body_temp_path $PWD/t1; proxy_temp_path $PWD/t2; fastcgi_temp_path $PWD/t3;
  uwsgi_temp_path $PWD/t4; scgi_temp_path $PWD/t5; ssl_certificate $PWD/cert; ssl_certificate_key $PWD/key;
  server { listen 10.0.0.2:8443 ssl http2; root $PWD/www; }
}
C
ip netns exec b nginx -p "$PWD" -e "$PWD/error.log" -c "$PWD/nginx.conf" & nginx=$!
asks() { ip netns exec a curl -s --cacert cert --connect-to b:443:10.0.0.2:8443 "$@"; }
eventually asks https://b/
same 'hello' asks https://b/
same 2 asks --http2 -o page -w '%{http_version}' https://b/
same 1.1 asks --http1.1 -o page -w '%{http_version}' https://b/
ok asks -o copy https://b/large
ok cmp copy www/large
ok asks --http1.1 -o copy https://b/large
ok cmp copy www/large
ok asks --parallel --http2 -o c1 https://b/large -o c2 https://b/large -o c3 https://b/ -o c4 https://b/large
for c in c1 c2 c4; do ok cmp $c www/large; done
status 60 ip netns exec a curl -s --connect-to b:443:10.0.0.2:8443 https://b/
kill -QUIT $nginx
wait $nginx || fail "nginx ended with $?"
hasnt 'emerg|alert' cat error.log
pass
