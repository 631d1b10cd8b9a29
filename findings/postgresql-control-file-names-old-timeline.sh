#!/usr/bin/env bash
# PostgreSQL 15 (Debian postgresql-15, version below), pg_control_checkpoint() after a promotion.
#
# Behaviour: a standby that was promoted takes writes at once, but pg_control_checkpoint().timeline_id names the timeline of its
# predecessor until the next checkpoint ends, which is spread over minutes.
# A good engineer expects: the function that tells the timeline tells the one that the server is on.
# Output seen: "control file: 1, files that are written: 00000002"; after CHECKPOINT: "control file: 2".
# Right use: substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8), which any user may ask and is right from the first
# write on; or the greater one of pg_control_checkpoint() and pg_control_recovery().min_recovery_end_timeline.
# Source: PostgreSQL's xlog.c (a promotion writes an end-of-recovery record and asks for a checkpoint); tried as below.
set -euo pipefail
V=15.20-0+deb12u1
T=$(mktemp -d); chmod 755 "$T"
as() { if [ "$(id -u)" = 0 ]; then setpriv --reuid 65534 --regid 65534 --clear-groups "$@"; else "$@"; fi; }
B=$T/root/usr/lib/postgresql/15/bin
stop() { as "$B/pg_ctl" -s -D "$T/data/$1" -m immediate stop 2>/dev/null || true; }
trap 'stop one; stop two; rm -rf "$T"' EXIT
cd "$T"
apt-get download -qq postgresql-15=$V postgresql-client-15=$V libpq5=$V 2>apt.log || { cat apt.log; exit 1; }
for package in ./*.deb; do dpkg-deb -x "$package" root; done
mkdir data; [ "$(id -u)" != 0 ] || chown 65534:65534 data
export LD_LIBRARY_PATH=$T/root/usr/lib/x86_64-linux-gnu HOME=$T/data
as "$B/initdb" -D data/one -U postgres -A trust -L "$T/root/usr/share/postgresql/15" >log
sql() { as "$B/psql" -XqAt -h "$T/data" -p "$1" -U postgres -c "$2" postgres; }
start() { as "$B/pg_ctl" -s -w -D "data/$1" -l "data/$1.log" -o "-p $2 -c listen_addresses= -k $T/data" start; }
start one 5441
as "$B/pg_basebackup" -D data/two -h "$T/data" -p 5441 -U postgres -R -c fast
start two 5442
sql 5441 "CREATE TABLE guest AS SELECT n, repeat('x', 500) FROM generate_series(1, 20000) n"
until [ "$(sql 5442 "SELECT to_regclass('guest') IS NOT NULL")" = t ]; do :; done
stop one
sql 5442 "SELECT pg_promote()" >>log
timeline="SELECT timeline_id FROM pg_control_checkpoint()"
before=$(sql 5442 "$timeline")
files=$(sql 5442 "SELECT substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8)")
sql 5442 "CHECKPOINT"
after=$(sql 5442 "$timeline")
echo "control file: $before, files that are written: $files; after CHECKPOINT: $after"
[ "$before" = 1 ] && [ "$files" = 00000002 ] && [ "$after" = 2 ]
echo "still so: right after a promotion the control file names the timeline of before"
