# nc: a line each way, half close, refused, a port scan.
. "${0%/*}/../lib.sh"
joined_pair
ip netns exec b sh -c 'echo answer | nc -N -l 192.0.2.2 7000 > got' &
await ip netns exec b sh -c 'grep -q :1B58 /proc/net/tcp'
t ip netns exec a sh -c 'echo question | nc -N 192.0.2.2 7000'
wait
t cat got
t ip netns exec a nc -z -w 1 192.0.2.2 7001
t ip netns exec a nc -v -w 1 192.0.2.2 7001
