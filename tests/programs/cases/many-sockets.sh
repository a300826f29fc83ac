. "$CHECK"
same PASS "$HELPERS/many_sockets"
[ ! -e "$HELPERS/many_sockets_static" ] || same PASS "$HELPERS/many_sockets_static"
pass
