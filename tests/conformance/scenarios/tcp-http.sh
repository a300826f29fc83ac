# python's http.server and urllib: pages, HEAD, a missing page, a large one.
. "${0%/*}/../lib.sh"
joined_pair
mkdir www
echo page > www/index.html
head -c 3000000 /dev/urandom > www/large
ip netns exec b python3 -m http.server -d www -b 192.0.2.2 8080 >/dev/null 2>&1 & p=$!
await ip netns exec b sh -c 'grep -q :1F90 /proc/net/tcp'
get() { t ip netns exec a python3 -c "$@"; }
get 'import urllib.request as u; print(u.urlopen("http://192.0.2.2:8080/").read())'
get 'import urllib.request as u; print(u.urlopen("http://192.0.2.2:8080/large").read() == open("www/large", "rb").read())'
get 'import http.client as h; c = h.HTTPConnection("192.0.2.2", 8080); c.request("HEAD", "/none"); print(c.getresponse().status)'
kill $p
