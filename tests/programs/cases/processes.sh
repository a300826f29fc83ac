. "$CHECK"
same PASS "$HELPERS/processes"
[ ! -e "$HELPERS/processes_static" ] || same PASS "$HELPERS/processes_static"
pass
