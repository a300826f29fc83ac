# PostgreSQL over TCP as an ordinary user: psql, a copy of 200000 rows, pgbench with eight clients, a cancelled query.
. "$CHECK"
PATH=$PATH:$(ls -d /usr/lib/postgresql/*/bin | tail -1)
need initdb postgres psql pgbench
two a b
plain() { setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; }
ok plain initdb -D data -U judge --no-sync -A trust
echo "host all all 10.0.0.0/24 trust" >> data/pg_hba.conf
ip netns exec b setpriv --reuid=65534 --regid=65534 --clear-groups postgres -D data -h 10.0.0.2 -k '' -F > pg.log 2>&1 & pg=$!
sql() { ip netns exec a psql -h 10.0.0.2 -U judge -d postgres -qtA "$@"; }
eventually sql -c 'select 1'
same 2 sql -c 'select 1 + 1'
ok sql -c 'create table t (n int, s text)'
ok sh -c "seq 200000 | awk '{print \$1 \"\tline \" \$1}' > rows"
ok sql -c "\\copy t from rows"
same '200000|20000100000' sql -c 'select count(*), sum(n) from t'
ok sql -c '\copy t to copy'
ok cmp rows copy
ok ip netns exec a pgbench -h 10.0.0.2 -U judge -i -q postgres
has 'number of failed transactions: 0' ip netns exec a pgbench -h 10.0.0.2 -U judge -c 8 -j 2 -t 100 postgres
has 'canceling statement' ip netns exec a sh -c 'psql -h 10.0.0.2 -U judge -d postgres -c "select pg_sleep(20)" & sleep 1; kill -INT $!; wait $!'
kill -INT $pg
wait $pg || fail "postgres ended with $?"
pass
