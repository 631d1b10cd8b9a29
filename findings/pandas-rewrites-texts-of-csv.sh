#!/usr/bin/env bash
# pandas 3.1.1 (PyPI; numpy 2.4.6), DataFrame from read_csv written by to_csv(index=False), both without other options.
#
# Behaviour: a column of CSV whose values look like numbers becomes numbers: 00184 is written as 184, and, when one cell of the column
# is empty, as 184.0. Words such as NA, NULL, null and None become missing, and empty cells: a person called NULL has no name any more.
# true becomes True. An apostrophe before the value keeps all of them. Quotes do not: "00184" in quotes is a number too.
# A good engineer expects: values in quotes, at least, are texts, and a file that is read and written is the same.
# Output seen: the right-hand columns below, line by line.
# Source: pandas 3.1 documentation of read_csv (na_values, keep_default_na, dtype); tried with the packages named above.
set -euo pipefail
T=$(mktemp -d); trap 'rm -rf "$T"' EXIT
cd "$T"
python3 -m venv v && v/bin/pip install --quiet --disable-pip-version-check pandas==3.1.1 numpy==2.4.6
cat >in.csv <<'CSV'
zip,name,agreed,safe zip,safe name
"00184",NULL,true,'00184,'NULL
"00185",NA,false,'00185,'NA
,Ada,true,,Ada
CSV
cat >expected.csv <<'CSV'
zip,name,agreed,safe zip,safe name
184.0,,True,'00184,'NULL
185.0,,False,'00185,'NA
,Ada,True,,Ada
CSV
v/bin/python -c "import pandas; pandas.read_csv('in.csv').to_csv('out.csv', index=False)"
cat out.csv
diff expected.csv out.csv
echo "still so: pandas rewrites texts that look like numbers or missing values, in quotes too"
