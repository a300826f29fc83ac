# ip netns monitor sees names come and go.
. "${0%/*}/../lib.sh"
ns first
watch m stdbuf -oL ip netns monitor
t ip netns add a
t ip netns add b
t ip netns del a
unwatch m
