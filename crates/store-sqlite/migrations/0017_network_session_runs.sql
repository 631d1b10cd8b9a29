-- Access points use an Acct-Session-Id again, so it is no key. SQLite has no other way to change a key than another table.
CREATE TABLE network_session_with_runs (
    bucket INTEGER NOT NULL CHECK (bucket BETWEEN 0 AND 255),
    organization_id BLOB NOT NULL CHECK (length(organization_id) = 16),
    nas_identifier TEXT NOT NULL,
    nas_address TEXT NOT NULL,
    acct_session_id TEXT NOT NULL,
    -- Given when it was first heard of, and so its place in the customer's list.
    id BLOB NOT NULL CHECK (length(id) = 16),
    customer_id BLOB NOT NULL CHECK (length(customer_id) = 16),
    calling_station TEXT,
    called_station TEXT,
    framed_address TEXT,
    started_at INTEGER NOT NULL,
    heard_at INTEGER NOT NULL,
    -- NULL: it goes on.
    ended_at INTEGER,
    terminate_cause TEXT,
    seconds INTEGER NOT NULL CHECK (seconds >= 0),
    input_octets INTEGER NOT NULL CHECK (input_octets >= 0),
    output_octets INTEGER NOT NULL CHECK (output_octets >= 0),
    -- Its number among those with its name at its place.
    run INTEGER NOT NULL CHECK (run >= 0),
    -- Whether a record told its beginning.
    began INTEGER NOT NULL CHECK (began IN (0, 1)),
    PRIMARY KEY (bucket, organization_id, nas_identifier, nas_address, acct_session_id, run)
) STRICT;
INSERT INTO network_session_with_runs SELECT *, 0, 0 FROM network_session;

DROP TABLE network_session;

ALTER TABLE network_session_with_runs RENAME TO network_session;

CREATE INDEX network_session_customer ON network_session (bucket, organization_id, customer_id, id);

CREATE INDEX network_session_open ON network_session (bucket, organization_id, nas_identifier, nas_address)
WHERE ended_at IS NULL;
