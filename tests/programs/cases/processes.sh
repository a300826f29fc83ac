. "$CHECK"
same PASS "$HELPERS/processes"
[ -n "$HARDENED" ] || [ ! -e "$HELPERS/processes_static" ] || same PASS "$HELPERS/processes_static"
pass
