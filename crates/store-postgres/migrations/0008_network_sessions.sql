-- When customers were on the network, as access points tell it. A session is found by where it is and by what it is known
-- there; '' stands for a name that the place does not have.
CREATE TABLE network_session (
    bucket smallint NOT NULL CHECK (bucket BETWEEN 0 AND 255),
    organization_id uuid NOT NULL,
    nas_identifier text NOT NULL,
    nas_address text NOT NULL,
    acct_session_id text NOT NULL,
    -- Given when it was first heard of, and so its place in the customer's list.
    id uuid NOT NULL,
    customer_id uuid NOT NULL,
    calling_station text,
    called_station text,
    framed_address text,
    started_at timestamptz NOT NULL,
    heard_at timestamptz NOT NULL,
    -- NULL: it goes on.
    ended_at timestamptz,
    terminate_cause text,
    seconds bigint NOT NULL CHECK (seconds >= 0),
    input_octets bigint NOT NULL CHECK (input_octets >= 0),
    output_octets bigint NOT NULL CHECK (output_octets >= 0),
    PRIMARY KEY (bucket, organization_id, nas_identifier, nas_address, acct_session_id)
);

-- For the list of a customer, and for those of one who is erased. Not led by the bucket, for the reason that usernames are
-- not.
CREATE INDEX network_session_customer ON network_session (customer_id, organization_id, bucket, id);

-- For ending those that are open where a place has restarted: few beside those that it ever had.
CREATE INDEX network_session_open ON network_session (bucket, organization_id, nas_identifier, nas_address)
WHERE ended_at IS NULL;

-- A RADIUS server shows its bearer secret, and nothing that tells who it is.
CREATE UNIQUE INDEX service_bearer ON service (bearer);

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_extension WHERE extname = 'citus') THEN
        PERFORM create_distributed_table('network_session', 'bucket', colocate_with => 'organization');
    END IF;
END
$$
