-- A token by its hash: one statement, and no transaction of its own.
\set n random(1, :tokens)
SELECT organization_id, customer_id, expires_at, hits_left FROM customer_token
WHERE bucket = :bucket AND hash = sha256(:n::text::bytea) AND expires_at > now() AND (hits_left IS NULL OR hits_left > 0);
