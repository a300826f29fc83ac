# What one end sees of the other: carrier when the peer goes down, comes up, moves away.
. "${0%/*}/../lib.sh"
ns a b c
pair a v0 192.0.2.1/24 b v1 192.0.2.2/24
t ip -n b link set v1 down
sleep 1.2
t ip -n a link show v0
t ip -n a -4 route
t ip -n b link set v1 up
settle a v0
t ip -n a link show v0
t ip -n b link set v1 netns c
sleep 1.2
t ip -n a link show v0
t ip -n c link show v1
t ip -n c link set v1 up
settle a v0
t ip -n a link show v0
