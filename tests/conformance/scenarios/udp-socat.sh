# A socat echo server for datagrams, asked by socat.
. "${0%/*}/../lib.sh"
ns a b
pair a v0 192.0.2.1/24 b v1 192.0.2.2/24
ip netns exec b socat UDP4-RECVFROM:7000,bind=192.0.2.2,fork EXEC:'tr a-z A-Z' 2> said &  # socat 1.8 says that it was killed
l=$!
bound() { ip netns exec b grep -q ':1B58 ' /proc/net/udp; }
await bound
for m in one two three; do echo "$m" | ip netns exec a socat -t 0.5 - UDP4:192.0.2.2:7000; done
kill $l
wait $l 2>/dev/null
t ip netns exec a sh -c 'echo x | socat -t 1 - UDP4:192.0.2.2:7001'
