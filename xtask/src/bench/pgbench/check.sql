-- What a guest logs in with: one statement, and no transaction of its own.
\set n random(0, :residents - 1)
SELECT id, password, locked, ext_id FROM customer
WHERE bucket = :bucket AND organization_id = :organization AND username = 'resident' || :n;
