. "$CHECK"
same PASS "$HELPERS/namespaces"
[ -n "$HARDENED" ] || [ ! -e "$HELPERS/namespaces_static" ] || same PASS "$HELPERS/namespaces_static"
pass
