-- `octet_length` came with SQLite 3.43. Tools that are older, Debian 12's among them, could neither check nor copy a
-- database whose CHECK calls it. The new form says the same and is known to all of them.
--
-- Only the text of the table changes, not a row: this is the way that https://www.sqlite.org/lang_altertable.html gives
-- for a change of a CHECK. RESET reads the schema again.
PRAGMA writable_schema = ON;

UPDATE sqlite_schema SET sql = replace(sql, 'octet_length(username)', 'length(CAST(username AS BLOB))')
WHERE type = 'table' AND name = 'customer';

PRAGMA writable_schema = RESET;

-- Making and dropping a table counts the change of the schema, so that no connection works with the earlier text.
CREATE TABLE schema_change (only INTEGER PRIMARY KEY) STRICT;
DROP TABLE schema_change;
