-- When customers were on the network, as access points tell it. A session is found by where it is and by what it is known
-- there; '' stands for a name that the place does not have.
CREATE TABLE network_session (
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
    PRIMARY KEY (bucket, organization_id, nas_identifier, nas_address, acct_session_id)
) STRICT;

-- For the list of a customer, and for those of one who is erased.
CREATE INDEX network_session_customer ON network_session (bucket, organization_id, customer_id, id);

-- For ending those that are open where a place has restarted: few beside those that it ever had.
CREATE INDEX network_session_open ON network_session (bucket, organization_id, nas_identifier, nas_address)
WHERE ended_at IS NULL;

-- A RADIUS server shows its bearer secret, and nothing that tells who it is.
CREATE UNIQUE INDEX service_bearer ON service (bearer);
