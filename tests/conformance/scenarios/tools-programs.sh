# Programs that look at the network: hostname -I, getent, python's if_nameindex and getifaddrs-like calls.
. "${0%/*}/../lib.sh"
ns a b
pair a v0 192.0.2.1/24 b v1 192.0.2.2/24
ip -n a link set lo up
t ip netns exec a python3 -c 'import socket; print(socket.if_nameindex(), socket.if_nametoindex("v0"), socket.if_indextoname(1))'
t ip netns exec a hostname -I
t ip netns exec a netstat -rn
t ip netns exec a netstat -i
t ip netns exec a tracepath -n -m 3 192.0.2.2
