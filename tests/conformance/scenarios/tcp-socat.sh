# socat between namespaces: both ways, fork, reuseaddr, a file.
. "${0%/*}/../lib.sh"
joined_pair
ip netns exec b socat TCP4-LISTEN:7000,reuseaddr,fork EXEC:'tr a-z A-Z' & p=$!
await ip netns exec b sh -c 'grep -q :1B58 /proc/net/tcp'
t ip netns exec a sh -c 'echo hello | socat - TCP4:192.0.2.2:7000'
t ip netns exec a sh -c 'echo again | socat - TCP4:192.0.2.2:7000,sourceport=7777'
kill -9 $p  # socat 1.8 may take a signal that it can handle for an event, and loop
head -c 1000000 /dev/urandom > file
ip netns exec b socat -u TCP4-LISTEN:7001 OPEN:copy,creat &
await ip netns exec b sh -c 'grep -q :1B59 /proc/net/tcp'
t ip netns exec a socat -u OPEN:file TCP4:192.0.2.2:7001
wait
t cmp file copy
t ip netns exec a socat - TCP4:192.0.2.2:7009
