# Calls that are given up, by cancellation, death, a signal or the end of their time: their sockets close, and nothing is left.
. "$CHECK"
ok ip link set lo up
silent_net
same PASS "$HELPERS/given_up"
hasnt ' (01|02|03|04|05|08|09|0A|0B) ' sed 1d /proc/net/tcp
pass
