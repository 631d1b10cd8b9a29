-- The organization's app on the devices of a customer: what each installation tells of itself. There are few of a
-- customer, and they are read and decided together.
CREATE TABLE customer_installation (
    bucket smallint NOT NULL CHECK (bucket BETWEEN 0 AND 255),
    organization_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    -- Made by the app when it is installed.
    install_id text NOT NULL,
    reported_at timestamptz NOT NULL,
    -- An object.
    facts jsonb NOT NULL,
    PRIMARY KEY (bucket, organization_id, customer_id, install_id)
);

-- For the tokens of a customer who is erased. Not led by the bucket, for the reason that usernames are not.
CREATE INDEX customer_token_customer ON customer_token (customer_id, organization_id, bucket);

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_extension WHERE extname = 'citus') THEN
        PERFORM create_distributed_table('customer_installation', 'bucket', colocate_with => 'organization');
    END IF;
END
$$
