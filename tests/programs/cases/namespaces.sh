. "$CHECK"
same PASS "$HELPERS/namespaces"
[ ! -e "$HELPERS/namespaces_static" ] || same PASS "$HELPERS/namespaces_static"
pass
