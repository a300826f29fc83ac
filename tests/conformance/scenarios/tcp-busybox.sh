# busybox httpd, wget, nc and telnet between namespaces.
. "${0%/*}/../lib.sh"
joined_pair
mkdir www
echo page > www/index.html
ip netns exec b busybox httpd -f -p 192.0.2.2:8080 -h www & p=$!
await ip netns exec b sh -c 'grep -q :1F90 /proc/net/tcp'
t ip netns exec a busybox wget -q -O - http://192.0.2.2:8080/
t ip netns exec a busybox wget -q -O - http://192.0.2.2:8080/none
t ip netns exec a sh -c 'printf "GET / HTTP/1.0\r\n\r\n" | busybox nc 192.0.2.2 8080 | grep -E "HTTP|page"'
t ip netns exec a busybox wget -q -O - http://192.0.2.2:8081/
kill $p
