#!/usr/bin/env bash
# PostgreSQL 15 (Debian postgresql-15, version below), a commit that waits for a synchronous standby.
#
# Behaviour: (1) statement_timeout does not end the wait. (2) When the waiting process is cancelled, ended or stopped in order,
# the transaction becomes visible to everybody and pg_xact_status says "committed", although no standby has it. (3) A
# transaction that has a number but wrote nothing else does not wait at all.
# A good engineer expects: a time limit for statements limits COMMIT; what others can see, and what the server calls committed,
# is as durable as synchronous replication promises; a commit with a number waits.
# Output seen: "after 3 s with statement_timeout = 1s it waits; seen by others: 0, then 1: committed; a number alone: 7xx".
# Right use: after finding out that such a transaction was committed, commit something that writes WAL (SELECT … FOR KEY SHARE
# of a row does) and acknowledge when that returns.
# Source: PostgreSQL's syncrep.c and finish_xact_command(); the server warns "might not have been replicated"; tried as below.
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
sql 5441 "CREATE TABLE guest (name text)"
sql 5441 "ALTER SYSTEM SET synchronous_standby_names = 'nobody'"
sql 5441 "SELECT pg_reload_conf()" >>log
until [ "$(sql 5441 "SHOW synchronous_standby_names")" = nobody ]; do :; done
number=$(sql 5441 "SELECT pg_current_xact_id()")
(sql 5441 "SET statement_timeout = '1s'; BEGIN; SELECT pg_current_xact_id(); INSERT INTO guest VALUES ('Ada'); COMMIT" >one 2>>log || true) &
sleep 3
waiting="FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
[ "$(sql 5441 "SELECT count(*) $waiting")" = 1 ]
before=$(sql 5441 "SELECT count(*) FROM guest")
sql 5441 "SELECT pg_terminate_backend(pid) $waiting" >>log
wait
after=$(sql 5441 "SELECT count(*) FROM guest")
status=$(sql 5441 "SELECT pg_xact_status('$((number + 1))')")
echo "after 3 s with statement_timeout = 1s it waits; seen by others: $before, then $after: $status; a number alone: $number"
[ "$before" = 0 ] && [ "$after" = 1 ] && [ "$status" = committed ]
echo "still so: a commit whose wait was ended is shown, and is not replicated"
