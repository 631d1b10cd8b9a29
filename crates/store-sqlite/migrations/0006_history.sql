-- What happened to customers. It tells no value, and its bare facts stay when the customer is erased.
CREATE TABLE customer_history (
    bucket INTEGER NOT NULL CHECK (bucket BETWEEN 0 AND 255),
    organization_id BLOB NOT NULL CHECK (length(organization_id) = 16),
    customer_id BLOB NOT NULL CHECK (length(customer_id) = 16),
    -- The creation has the customer's own. So no id is used again.
    id BLOB NOT NULL CHECK (length(id) = 16),
    happened_at INTEGER NOT NULL,
    service_id BLOB NOT NULL CHECK (length(service_id) = 16),
    -- 1 create, 2 hit, 3 update, 4 device, 5 erase
    call INTEGER NOT NULL CHECK (call > 0),
    -- A bit for each field that changed, and for each of the policies among them that was accepted.
    fields INTEGER NOT NULL,
    accepted INTEGER NOT NULL,
    -- JSON: custom policies that changed, and whether they were accepted. NULL: none.
    customs TEXT,
    PRIMARY KEY (bucket, organization_id, customer_id, id)
) STRICT, WITHOUT ROWID;
