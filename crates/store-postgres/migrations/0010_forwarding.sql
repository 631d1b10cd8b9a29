-- Accounts in other registries, which are kept in step with organizations here.
CREATE TABLE forwarding_account (
    bucket smallint NOT NULL CHECK (bucket BETWEEN 0 AND 255),
    organization_id uuid NOT NULL,
    url text NOT NULL,
    client_key text NOT NULL,
    -- Sealed for the organization.
    client_secret bytea NOT NULL,
    remote_organization text NOT NULL,
    -- By what customers are known there, as it is named in a deduplication.
    identity text NOT NULL,
    set_up_at timestamptz NOT NULL,
    PRIMARY KEY (bucket, organization_id)
);

-- Whether it has an account: so that who writes customers knows without another look.
ALTER TABLE organization ADD COLUMN forwards boolean NOT NULL DEFAULT false;

-- Customers who wait to be sent, were given up, or were sent: these for their ids there. Nothing in here is a person's.
CREATE TABLE forwarding (
    bucket smallint NOT NULL CHECK (bucket BETWEEN 0 AND 255),
    organization_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    -- Counts the changes.
    change bigint NOT NULL,
    -- When to send; while it is taken, until when. NULL: there is nothing to do.
    due_at timestamptz,
    -- NULL as due_at is.
    waiting_since timestamptz,
    -- Somebody sends it.
    taken boolean NOT NULL DEFAULT false,
    -- The customer may be there.
    sent boolean NOT NULL DEFAULT false,
    remote_id text,
    failures bigint NOT NULL DEFAULT 0,
    failing_since timestamptz,
    fault text,
    given_up_at timestamptz,
    PRIMARY KEY (bucket, organization_id, customer_id)
);

-- For those who wait: few beside those that were sent.
CREATE INDEX forwarding_due ON forwarding (bucket, organization_id, due_at) WHERE due_at IS NOT NULL;

-- For those who were given up.
CREATE INDEX forwarding_dead ON forwarding (bucket, organization_id, customer_id) WHERE given_up_at IS NOT NULL;

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_extension WHERE extname = 'citus') THEN
        PERFORM create_distributed_table('forwarding_account', 'bucket', colocate_with => 'organization');
        PERFORM create_distributed_table('forwarding', 'bucket', colocate_with => 'organization');
    END IF;
END
$$
