-- On Citus, spreads the tables over the machines by bucket. Elsewhere it does nothing.
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_extension WHERE extname = 'citus') THEN
        PERFORM create_distributed_table('organization', 'bucket', shard_count => 32);
        PERFORM create_distributed_table('location', 'bucket', colocate_with => 'organization');
        PERFORM create_distributed_table('customer', 'bucket', colocate_with => 'organization');
        PERFORM create_distributed_table('customer_key', 'bucket', colocate_with => 'organization');
        PERFORM create_distributed_table('customer_token', 'bucket', colocate_with => 'organization');
    END IF;
END
$$
