# An address from dnsmasq, by the clients of busybox and of ISC.
. "$CHECK"
ok ip netns add server
ok ip netns add client
ok ip -n server link add v0 type veth peer name v1 netns client
ok ip -n server addr add 10.0.0.1/24 dev v0
ok ip -n server link set v0 up
ok ip -n server link set lo up
ok ip -n client link set v1 up
ip netns exec server dnsmasq -k -p 0 -C /dev/null -i v0 --bind-interfaces -u root -g root -F 10.0.0.50,10.0.0.59,255.255.255.0,1h \
  -O 3,10.0.0.1 -O 6,10.0.0.1 --dhcp-leasefile="$PWD/leases" -x "$PWD/dnsmasq.pid" --log-facility="$PWD/dnsmasq.log" &
server=$!
eventually grep -q 'DHCP, IP range' dnsmasq.log
cat > script <<'S'
#!/bin/sh
echo "$1 ${ip:-} ${subnet:-} ${router:-} ${dns:-}" >> udhcpc.said
[ "$1" = bound ] && ip addr add "$ip/24" dev "$interface" && ip route add default via "$router"
exit 0
S
chmod 755 script
has 'lease of 10.0.0.5[0-9] obtained' ip netns exec client busybox udhcpc -f -n -q -t 5 -T 1 -i v1 -s "$PWD/script"
has '^bound 10.0.0.5[0-9] 255.255.255.0 10.0.0.1 10.0.0.1' cat udhcpc.said
ok ip netns exec client ping -c 1 10.0.0.1
has '^default via 10.0.0.1' ip -n client route
has ' 10.0.0.5' cat leases
ok ip -n client addr flush dev v1

cat > dhclient-script <<'S'
#!/bin/sh
echo "$reason ${new_ip_address:-} ${new_subnet_mask:-} ${new_routers:-}" >> dhclient.said
exit 0
S
chmod 755 dhclient-script
: > dhclient.conf
ip netns exec client dhclient -4 -1 -v -d -cf dhclient.conf -lf "$PWD/dhclient.leases" -pf "$PWD/dhclient.pid" -sf "$PWD/dhclient-script" v1 > dhclient.log 2>&1 &
client=$!
eventually grep -q 'bound to 10.0.0.5' dhclient.log
has '^BOUND 10.0.0.5[0-9] 255.255.255.0 10.0.0.1' cat dhclient.said
kill "$client" "$server"
wait
pass
