-- Whether there is a guest with an e-mail address: one statement, and no transaction of its own.
\set guest random(0, :customers - 1)
SELECT customer_id FROM customer_key
WHERE bucket = :bucket AND organization_id = :organization AND kind = 2 AND value = 'guest' || :guest || '@bench.example'
  AND rank = 0;
