. "$CHECK"
same PASS "$HELPERS/junk"
[ ! -e "$HELPERS/junk_static" ] || same PASS "$HELPERS/junk_static"
pass
