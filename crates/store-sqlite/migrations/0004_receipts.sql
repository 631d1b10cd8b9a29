-- What is kept of an answer for a day, so that the same request gets it again. It is written with the customer.
CREATE TABLE customer_receipt (
    bucket INTEGER NOT NULL CHECK (bucket BETWEEN 0 AND 255),
    organization_id BLOB NOT NULL CHECK (length(organization_id) = 16),
    -- SHA-256 of the key that came with the request.
    key BLOB NOT NULL CHECK (length(key) = 32),
    -- SHA-256 of the key and of everything that was asked.
    request BLOB NOT NULL CHECK (length(request) = 32),
    customer_id BLOB NOT NULL CHECK (length(customer_id) = 16),
    -- The request created the customer, rather than finding it.
    created INTEGER NOT NULL CHECK (created IN (0, 1)),
    location_id BLOB NOT NULL CHECK (length(location_id) = 16),
    locked INTEGER NOT NULL CHECK (locked IN (0, 1)),
    answered_at INTEGER NOT NULL,
    PRIMARY KEY (bucket, organization_id, key)
) STRICT, WITHOUT ROWID;

-- For forgetting what is old.
CREATE INDEX customer_receipt_answered_at ON customer_receipt (answered_at);
