# tcpdump in a namespace, through the rings of libpcap.
. "$CHECK"
two a b

# capture NS NAME OPTION…: in the background, to NAME.out and NAME.err; once it listens.
capture() {
  c_ns=$1
  c_name=$2
  shift 2
  ip netns exec "$c_ns" tcpdump -n "$@" > "$c_name.out" 2> "$c_name.err" &
  eval "pid_$c_name=$!"
  eventually grep -q 'listening on' "$c_name.err"
}
# captured NAME: it must end by itself.
captured() {
  eval "wait \$pid_$1" || { cat "$1.err"; fail "tcpdump $1"; }
}

capture b requests -c 3 -i v1 icmp
capture a anywhere -c 4 -i any 'icmp[icmptype] = icmp-echoreply or arp'
capture b file -c 6 -i v1 -w file.pcap ip
capture b immediate -c 2 --immediate-mode -l -e -i v1 'icmp and src 10.0.0.2'
ok ip netns exec a ping -c 3 -i 0.1 10.0.0.2
captured requests
has 'IP 10.0.0.1 > 10.0.0.2: ICMP echo request, id [0-9]+, seq 1, length 64' cat requests.out
has 'IP 10.0.0.2 > 10.0.0.1: ICMP echo reply, id [0-9]+, seq 1, length 64' cat requests.out
captured anywhere
has '^[0-9:.]+ v0 +In +IP 10.0.0.2 > 10.0.0.1: ICMP echo reply' cat anywhere.out
captured immediate
has 'ethertype IPv4 \(0x0800\), length 98: 10.0.0.2 > 10.0.0.1: ICMP echo reply' cat immediate.out
captured file
same 6 sh -c 'tcpdump -n -r file.pcap 2>/dev/null | wc -l'

# Both namespaces apart: the loopback of one is not seen in the other. Snap length, promiscuity, counts.
ok ip -n a link set lo up
capture a lo -c 2 -s 60 -i lo udp
capture b other -i any udp port 5353
has 'promiscuity 1' ip -n a -d link show lo
ip netns exec a python3 -c 'import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for i in (1, 2): s.sendto(b"hello" * 9, ("127.0.0.1", 5353))'
captured lo
has 'IP 127.0.0.1.[0-9]+ > 127.0.0.1.5353: .*\[\|domain\]' cat lo.out
kill -INT "$pid_other"
wait "$pid_other"
has '^0 packets captured' cat other.err
has '^0 packets dropped by kernel' cat other.err
capture a quiet -p -c 1 -i v0 icmp
has 'promiscuity 0' ip -n a -d link show v0
ok ip netns exec b ping -c 1 10.0.0.1
captured quiet
has 'v0 .*Running|1\.v0' ip netns exec a tcpdump -D
status 1 ip netns exec a tcpdump -n -c 1 -i nothing

# TCP in large segments, as between Linux's namespaces.
capture b stream -i v1 -w stream.pcap tcp port 4000
ip netns exec b socat -u TCP4-LISTEN:4000 CREATE:got &
server=$!
eventually sh -c "ip netns exec b cat /proc/net/tcp | grep -q ':0FA0 '"
head -c 300000 /dev/zero | ip netns exec a socat -u - TCP4:10.0.0.2:4000
wait "$server"
same 300000 sh -c 'wc -c < got'
sleep 1.5 # for the last block to be handed over
kill -INT "$pid_stream"
wait "$pid_stream"
has '^0 packets dropped by kernel' cat stream.err
has 'Flags \[S\]' tcpdump -n -r stream.pcap
has 'Flags \[F' tcpdump -n -r stream.pcap
pass
