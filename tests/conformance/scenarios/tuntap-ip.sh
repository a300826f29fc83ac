# needs: tun
# ip tuntap: add, list, modes, double add, delete, attributes.
. "${0%/*}/../lib.sh"
ns a
t ip -n a tuntap add dev tap0 mode tap
t ip -n a tuntap add dev tun0 mode tun
t ip -n a tuntap add dev tap0 mode tap
t ip -n a tuntap add dev tap0 mode tun
t ip -n a tuntap add dev tap1 mode tap multi_queue
t ip -n a tuntap add dev tap2 mode tap user 12345 group 12345 pi vnet_hdr
t ip -n a tuntap list
t ip -n a -d link show tap0
t ip -n a -d link show tun0
t ip -n a -d link show tap2
json ip -n a -j -d link show tun0
t ip -n a link set tun0 up
t ip -n a link set tap0 up
t ip -n a addr add 10.0.0.1 peer 10.0.0.2 dev tun0
t ip -n a addr show tun0
t ip -n a -4 route show table all
t ip -n a tuntap del dev tap0 mode tap
t ip -n a tuntap del dev tap0 mode tap
t ip -n a tuntap del dev tun0 mode tap
t ip -n a link del tun0
t ip -n a link add t9 type tun
t ip -n a -br link
