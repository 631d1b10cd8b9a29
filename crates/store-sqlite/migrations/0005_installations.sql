-- The organization's app on the devices of a customer: what each installation tells of itself. There are few of a
-- customer, and they are read and decided together.
CREATE TABLE customer_installation (
    bucket INTEGER NOT NULL CHECK (bucket BETWEEN 0 AND 255),
    organization_id BLOB NOT NULL CHECK (length(organization_id) = 16),
    customer_id BLOB NOT NULL CHECK (length(customer_id) = 16),
    -- Made by the app when it is installed.
    install_id TEXT NOT NULL,
    reported_at INTEGER NOT NULL,
    -- A JSON object.
    facts TEXT NOT NULL,
    PRIMARY KEY (bucket, organization_id, customer_id, install_id)
) STRICT, WITHOUT ROWID;

-- For the tokens of a customer who is erased.
CREATE INDEX customer_token_customer ON customer_token (bucket, organization_id, customer_id);
