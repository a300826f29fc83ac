. "$CHECK"
same PASS "$HELPERS/threads"
pass
