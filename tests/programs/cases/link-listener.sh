. "$CHECK"
same PASS "$HELPERS/link_listener"
[ -n "$HARDENED" ] || [ ! -e "$HELPERS/link_listener_static" ] || same PASS "$HELPERS/link_listener_static"
pass
