# Lifetimes: they run, are changed, and end: preferred first (deprecated), then the address.
. "${0%/*}/../lib.sh"
ns a
ip -n a link add v0 type veth peer name v1
ip -n a link set v0 up
t ip -n a addr add 192.0.2.1/24 valid_lft 1000 preferred_lft 500 dev v0
t ip -n a -4 addr show v0
t ip -n a addr change 192.0.2.1/24 valid_lft forever preferred_lft forever dev v0
t ip -n a -4 addr show v0
t ip -n a addr add 192.0.2.5/24 valid_lft 900 preferred_lft 0 dev v0
t ip -n a addr show deprecated
t ip -n a addr show dynamic
t ip -n a addr add 198.51.100.1/24 valid_lft 2 preferred_lft 1 dev v0
gone() { [ -z "$(ip -n a addr show to 198.51.100.1)" ]; }
sleep 1.5
await gone
sleep 1
await gone
t ip -n a -4 addr show v0
t ip -n a -4 route
