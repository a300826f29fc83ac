# Record route and timestamp options through routers.
. "${0%/*}/../lib.sh"
chain
t ip netns exec h1 ping -n -c 1 -R 10.0.4.2
ip netns exec h1 ping -n -c 1 -T tsandaddr 10.0.4.2 | sed 's/[0-9]* absolute.*/<t>/; s/\t-\?[0-9]*$/\t<t>/'
