# Values of TCP settings that are refused leave them as they were.
. "${0%/*}/../lib.sh"
ns a
try() { ip netns exec a sh -c "echo $2 > /proc/sys/net/ipv4/$1" 2>/dev/null; echo "$1 $2: $(ip netns exec a cat "/proc/sys/net/ipv4/$1" | tr '\t' ' ')"; }
try tcp_syn_retries 0
try tcp_syn_retries 128
try tcp_syn_retries x
try tcp_synack_retries 300
try tcp_ecn 9
try tcp_sack -1
try tcp_sack 256
try tcp_rmem "4096 8192 16384"
try tcp_rmem "0 1 2"
try tcp_rmem x
try tcp_congestion_control nothing
try ip_local_port_range "5000 4000"
try ip_local_port_range "0 4000"
try ip_local_port_range 70000
