. "$CHECK"
same PASS "$HELPERS/link_listener"
[ ! -e "$HELPERS/link_listener_static" ] || same PASS "$HELPERS/link_listener_static"
pass
