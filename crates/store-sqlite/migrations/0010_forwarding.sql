-- Accounts in other registries, which are kept in step with organizations here.
CREATE TABLE forwarding_account (
    bucket INTEGER NOT NULL CHECK (bucket BETWEEN 0 AND 255),
    organization_id BLOB NOT NULL CHECK (length(organization_id) = 16),
    url TEXT NOT NULL,
    client_key TEXT NOT NULL,
    -- Sealed for the organization.
    client_secret BLOB NOT NULL,
    remote_organization TEXT NOT NULL,
    -- By what customers are known there, as it is named in a deduplication.
    identity TEXT NOT NULL,
    set_up_at INTEGER NOT NULL,
    PRIMARY KEY (bucket, organization_id)
) STRICT, WITHOUT ROWID;

-- Whether it has an account: so that who writes customers knows without another look.
ALTER TABLE organization ADD COLUMN forwards INTEGER NOT NULL DEFAULT 0 CHECK (forwards IN (0, 1));

-- Customers who wait to be sent, were given up, or were sent: these for their ids there. Nothing in here is a person's.
CREATE TABLE forwarding (
    bucket INTEGER NOT NULL CHECK (bucket BETWEEN 0 AND 255),
    organization_id BLOB NOT NULL CHECK (length(organization_id) = 16),
    customer_id BLOB NOT NULL CHECK (length(customer_id) = 16),
    -- Counts the changes.
    change INTEGER NOT NULL,
    -- When to send; while it is taken, until when. NULL: there is nothing to do.
    due_at INTEGER,
    -- NULL as due_at is.
    waiting_since INTEGER,
    -- Somebody sends it.
    taken INTEGER NOT NULL DEFAULT 0 CHECK (taken IN (0, 1)),
    -- The customer may be there.
    sent INTEGER NOT NULL DEFAULT 0 CHECK (sent IN (0, 1)),
    remote_id TEXT,
    failures INTEGER NOT NULL DEFAULT 0,
    failing_since INTEGER,
    fault TEXT,
    given_up_at INTEGER,
    PRIMARY KEY (bucket, organization_id, customer_id)
) STRICT, WITHOUT ROWID;

-- For those who wait: few beside those that were sent.
CREATE INDEX forwarding_due ON forwarding (bucket, organization_id, due_at) WHERE due_at IS NOT NULL;

-- For those who were given up.
CREATE INDEX forwarding_dead ON forwarding (bucket, organization_id, customer_id) WHERE given_up_at IS NOT NULL;
