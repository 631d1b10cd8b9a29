-- What happened to customers. It tells no value, and its bare facts stay when the customer is erased. There is one row for
-- each change, so it is narrow and has no other index; columns stand in the order that takes least room.
CREATE TABLE customer_history (
    happened_at timestamptz NOT NULL,
    -- A bit for each field that changed, and for each of the policies among them that was accepted.
    fields bigint NOT NULL,
    accepted bigint NOT NULL,
    bucket smallint NOT NULL CHECK (bucket BETWEEN 0 AND 255),
    -- 1 create, 2 hit, 3 update, 4 device, 5 erase
    call smallint NOT NULL CHECK (call > 0),
    organization_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    -- The creation has the customer's own. So no id is used again.
    id uuid NOT NULL,
    service_id uuid NOT NULL,
    -- Custom policies that changed, and whether they were accepted. NULL: none.
    customs jsonb,
    PRIMARY KEY (bucket, organization_id, customer_id, id)
);

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_extension WHERE extname = 'citus') THEN
        PERFORM create_distributed_table('customer_history', 'bucket', colocate_with => 'organization');
    END IF;
END
$$
