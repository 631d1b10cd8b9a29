#!/usr/bin/env bash
# pandas 3.0.0 (PyPI), read_csv and to_csv with their defaults.
#
# Behaviour: a column of digits with one empty cell is read as floating-point numbers, so that a telephone number comes out with
# ".0" behind it and a postal code without its zero. The country NA (Namibia) and the last name NULL become empty.
# A good engineer expects: CSV that is read and written again is the same CSV, since nothing in it was changed.
# Output seen: see the last lines; the file has an unnamed first column too.
# Source: pandas documentation, "IO tools", na_values and dtype inference; tried with the package named below.
set -euo pipefail
T=$(mktemp -d); trap 'rm -rf "$T"' EXIT
cd "$T"
python3 -m venv venv >/dev/null
venv/bin/pip install -q --disable-pip-version-check pandas==3.0.0 2>pip.log || { cat pip.log; exit 1; }
cat >guests.csv <<'CSV'
phone,zipCode,lastName,country
393331234567,00184,NULL,NA
,39100,Byron,GB
CSV
cat >again.py <<'PY'
import pandas
pandas.read_csv("guests.csv").to_csv("again.csv")
PY
venv/bin/python again.py
echo "before:"; cat guests.csv
echo "after:"; cat again.csv
cat >expected.csv <<'CSV'
,phone,zipCode,lastName,country
0,393331234567.0,184,,
1,,39100,Byron,GB
CSV
if cmp -s again.csv expected.csv; then
    echo "SEEN: a telephone number became a float, a postal code lost its zero, NULL and NA are gone"
else
    echo "CHANGED: pandas writes something else"; exit 1
fi
