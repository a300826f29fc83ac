. "$CHECK"
same PASS "$HELPERS/interrupted"
[ ! -e "$HELPERS/interrupted_static" ] || same PASS "$HELPERS/interrupted_static"
pass
