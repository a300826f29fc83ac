# nc and socat carry a file between two namespaces; a port is offered in a third one through a UNIX socket.
. "$CHECK"
ok ip netns add r
two a b
ip -n b link set lo up
head -c 10000000 /dev/urandom > file
listening() { ip netns exec "$1" grep -q ":$2 " /proc/net/tcp; }
ip netns exec b nc -N -l 10.0.0.2 7000 < file & server=$!
eventually listening b 1B58
ok ip netns exec a sh -c 'nc -d 10.0.0.2 7000 | cmp - file'
wait $server || fail "nc: $?"
ip netns exec b socat -u TCP4-LISTEN:7001 OPEN:copy,creat & server=$!
eventually listening b 1B59
ok ip netns exec a sh -c 'nc -N 10.0.0.2 7001 < file'
wait $server || fail "socat: $?"
ok cmp file copy
# What the three say is not of interest; socat 1.8 says that it was killed.
# The port of a program in one namespace, offered in another through a UNIX socket, which belongs to none.
ip netns exec b socat TCP4-LISTEN:7002,fork,reuseaddr EXEC:'tr a-z A-Z' 2> said1 & s1=$!
ip netns exec b socat UNIX-LISTEN:door,fork TCP4:10.0.0.2:7002 2> said2 & s2=$!
ip -n r link set lo up
ip netns exec r socat TCP4-LISTEN:7003,fork,reuseaddr UNIX-CONNECT:door 2> said3 & s3=$!
eventually listening b 1B5A
eventually listening r 1B5B
eventually test -S door
same HELLO ip netns exec r sh -c 'echo hello | socat -t 2 - TCP4:127.0.0.1:7003'
kill $s1 $s2 $s3
pass
