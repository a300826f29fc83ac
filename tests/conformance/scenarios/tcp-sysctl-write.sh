# Writing settings of TCP: per namespace, bounds, words.
. "${0%/*}/../lib.sh"
ns a b
try() { t ip netns exec a sh -c "echo $2 > /proc/sys/net/ipv4/$1"; ip netns exec a cat "/proc/sys/net/ipv4/$1"; }
try tcp_syn_retries 3
try tcp_retries2 20
try tcp_fin_timeout 30
try tcp_keepalive_time 600
try tcp_sack 0
try tcp_timestamps 0
try tcp_rmem "4096 8192 16384"
try tcp_wmem "5000 6000 7000"
try tcp_congestion_control reno
try tcp_ecn 1
try tcp_max_syn_backlog 77
try ip_local_port_range "40000 40100"
t ip netns exec b cat /proc/sys/net/ipv4/tcp_syn_retries /proc/sys/net/ipv4/tcp_retries2 /proc/sys/net/ipv4/tcp_congestion_control /proc/sys/net/ipv4/ip_local_port_range
