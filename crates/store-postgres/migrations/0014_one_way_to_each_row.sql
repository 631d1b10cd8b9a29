-- Each statement has one index to go by, whatever the server believes of its tables. When they were empty as it last looked,
-- it takes all indexes for equally good, and goes by the one with the fewest conditions: so an index that is led by something
-- else must not have the columns of a primary key behind.
--
-- On Citus a unique index has the column by which rows are spread.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'citus') THEN
        CREATE UNIQUE INDEX customer_username ON customer (username, (organization_id::text));
        ALTER TABLE customer DROP CONSTRAINT customer_username_organization_id_bucket_key;
    END IF;
END
$$;

DROP INDEX customer_token_customer;
CREATE INDEX customer_token_customer ON customer_token (customer_id);

DROP INDEX network_session_customer;
CREATE INDEX network_session_customer ON network_session (customer_id, id);
