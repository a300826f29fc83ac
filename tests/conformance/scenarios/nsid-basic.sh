# Ids between namespaces: set, list, auto, by itself, errors, the end of a namespace.
. "${0%/*}/../lib.sh"
ns a b c d
t ip -n a netns list-id
t ip -n a netns set b 7
t ip -n a netns set b 8
t ip -n a netns set c 7
t ip -n a netns set c auto
t ip -n a netns set d auto
t ip -n a netns list-id
t ip -n a netns list-id nsid 7
t ip -n a netns list-id nsid 99
t ip -n b netns list-id
t ip -n a netns list-id target-nsid 7
t ip -n a netns set nowhere 3
t ip -n a netns set a 50
ip -n a netns list | sort
t ip -n b netns set a 3
t ip -n a netns list-id target-nsid 7
watch a ip -n a monitor nsid
t ip netns del b
gone() { ! ip -n a netns list-id | grep -q 'nsid 7'; }
await gone
t ip -n a netns list-id
unwatch a
