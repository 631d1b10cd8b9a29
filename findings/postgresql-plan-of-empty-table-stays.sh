#!/usr/bin/env bash
# PostgreSQL 15 (Debian postgresql-15, version below), plans of tables that were vacuumed while they were empty.
#
# Behaviour: a table that was never vacuumed is taken for one of ten pages. Once it was vacuumed while empty (autovacuum does so
# after inserts that were rolled back) it is taken for one without rows: then reading a whole index in the inner or outer
# place of a nested loop costs as little as a look-up by all of its columns, and a generic plan that was made then stays in
# its session while the table grows. enable_seqscan, enable_hashjoin and enable_mergejoin = off change nothing.
# A good engineer expects: with these settings a join by all columns of a primary key looks rows up by it.
# Output seen: "looks by key: young 1; vacuumed empty 0; vacuumed empty, = ANY (ARRAY[…]) 1".
# Right use: leave no other way: compare the first column of the index as "= ANY (ARRAY[q.a])", which the order of an index is
# worth nothing to, and turn enable_indexonlyscan off.
# Source: PostgreSQL's plancat.c (estimate_rel_size) and indxpath.c; tried as below.
set -euo pipefail
V=15.20-0+deb12u1
T=$(mktemp -d); chmod 755 "$T"
as() { if [ "$(id -u)" = 0 ]; then setpriv --reuid 65534 --regid 65534 --clear-groups "$@"; else "$@"; fi; }
B=$T/root/usr/lib/postgresql/15/bin
stop() { as "$B/pg_ctl" -s -D "$T/data/$1" -m immediate stop 2>/dev/null || true; }
trap 'stop one; rm -rf "$T"' EXIT
cd "$T"
apt-get download -qq postgresql-15=$V postgresql-client-15=$V libpq5=$V 2>apt.log || { cat apt.log; exit 1; }
for package in ./*.deb; do dpkg-deb -x "$package" root; done
mkdir data; [ "$(id -u)" != 0 ] || chown 65534:65534 data
export LD_LIBRARY_PATH=$T/root/usr/lib/x86_64-linux-gnu HOME=$T/data
as "$B/initdb" -D data/one -U postgres -A trust -L "$T/root/usr/share/postgresql/15" >log
sql() { as "$B/psql" -XqAt -h "$T/data" -p "$1" -U postgres -c "$2" postgres; }
start() { as "$B/pg_ctl" -s -w -D "data/$1" -l "data/$1.log" -o "-p $2 -c listen_addresses= -k $T/data" start; }
start one 5441
sql 5441 "CREATE TABLE guest (a int, b int, name text, PRIMARY KEY (a, b))"
plan() {
    sql 5441 "SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off; SET enable_bitmapscan = off;
        SET enable_material = off; SET plan_cache_mode = force_generic_plan;
        PREPARE p(int[], int[]) AS SELECT g.a, g.b, count(g.name) FROM unnest(\$1, \$2) AS q(a, b)
            JOIN guest g ON g.a $1 AND g.b = q.b GROUP BY q.b, g.a, g.b;
        EXPLAIN (COSTS OFF) EXECUTE p(NULL, NULL)" | grep -c "Index Cond" || true
}
young=$(plan "= q.a")
sql 5441 "VACUUM guest"
vacuumed=$(plan "= q.a")
other=$(plan "= ANY (ARRAY[q.a])")
echo "looks by key: young $young; vacuumed empty $vacuumed; vacuumed empty, = ANY (ARRAY[…]) $other"
[ "$young" = 1 ] && [ "$vacuumed" = 0 ] && [ "$other" = 1 ]
echo "still so: a table that was vacuumed while it was empty is read whole"
