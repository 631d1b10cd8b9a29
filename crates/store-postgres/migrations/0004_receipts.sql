-- What is kept of an answer for a day, so that the same request gets it again. It is written with the customer.
CREATE TABLE customer_receipt (
    bucket smallint NOT NULL CHECK (bucket BETWEEN 0 AND 255),
    organization_id uuid NOT NULL,
    -- SHA-256 of the key that came with the request.
    key bytea NOT NULL CHECK (octet_length(key) = 32),
    -- SHA-256 of the key and of everything that was asked.
    request bytea NOT NULL CHECK (octet_length(request) = 32),
    customer_id uuid NOT NULL,
    -- The request created the customer, rather than finding it.
    created boolean NOT NULL,
    location_id uuid NOT NULL,
    locked boolean NOT NULL,
    answered_at timestamptz NOT NULL,
    PRIMARY KEY (bucket, organization_id, key)
);

-- For forgetting what is old.
CREATE INDEX customer_receipt_answered_at ON customer_receipt (answered_at);

-- On Citus, spreads it as the other tables are. Elsewhere it does nothing.
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_extension WHERE extname = 'citus') THEN
        PERFORM create_distributed_table('customer_receipt', 'bucket', colocate_with => 'organization');
    END IF;
END
$$
