# tshark, which captures by a process of its own (dumpcap).
. "$CHECK"
need tshark
two a b
HOME=$PWD
export HOME
ip netns exec b tshark -n -c 4 -i v1 -f icmp -T fields -e ip.src -e icmp.type > shark.out 2> shark.err &
shark=$!
eventually grep -q 'Capturing on' shark.err
sleep 2
ok ip netns exec a ping -c 4 -i 0.2 10.0.0.2
wait "$shark" || { cat shark.err; fail "tshark"; }
has '^10.0.0.1.8' cat shark.out
has '^10.0.0.2.0' cat shark.out
has 'v1' ip netns exec b tshark -D
pass
