#!/usr/bin/env bash
# PostgreSQL 15 (Debian postgresql-15, version below), pg_xact_status after a promotion.
#
# Behaviour: a promoted standby gives transaction numbers again that the lost primary had given. pg_xact_status(number) then
# answers "committed" for a transaction that somebody else made, while the rows of the first one are not there.
# A good engineer expects: the function is documented for finding out what became of a COMMIT whose answer was lost, and would
# say "in progress", null or an error for a transaction that this server never saw.
# Output seen: "number 7xx was the lost transaction's; the promoted server says: committed; its row: 0".
# Right use: also compare pg_control_system().system_identifier and the timeline of the WAL from before and after.
# Source: PostgreSQL documentation 9.27 (Transaction ID and Snapshot Information Functions); tried as below.
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
sql 5441 "CREATE TABLE guest (name text)"
as "$B/pg_basebackup" -D data/two -h "$T/data" -p 5441 -U postgres -R -c fast
sql 5441 "SELECT pg_switch_wal()" >>log
# The standby does not receive what follows: it is not running yet, and the primary is lost before it does.
number=$(sql 5441 "BEGIN; INSERT INTO guest VALUES ('acknowledged'); SELECT pg_current_xact_id(); COMMIT" | tail -1)
stop one
start two 5442
sql 5442 "SELECT pg_promote()" >>log
for _ in 1 2 3 4 5; do sql 5442 "INSERT INTO guest VALUES ('another')"; done
status=$(sql 5442 "SELECT pg_xact_status('$number')")
rows=$(sql 5442 "SELECT count(*) FROM guest WHERE name = 'acknowledged'")
echo "number $number was the lost transaction's; the promoted server says: $status; its row: $rows"
[ "$status" = committed ] && [ "$rows" = 0 ]
echo "still so: a transaction number proves nothing on another timeline"
