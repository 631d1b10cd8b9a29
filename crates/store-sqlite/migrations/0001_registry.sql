-- The registry, in the shape that the other stores have too.
--
-- `bucket` is a pinned hash of the organization's id (0 to 255). It leads every primary key, so that the same tables can
-- be spread over machines; here it costs a byte.
--
-- Ids are the 16 bytes of a UUIDv7: the primary key is the order of creation, and a page needs no index of its own.
-- Times are milliseconds since 1970-01-01 UTC.
--
-- No foreign keys: what a row refers to is checked in the transaction that writes it, and there is one writer. It is the
-- same on engines where a key cannot refer to a row on another machine.
--
-- Small rows live in the primary key itself (WITHOUT ROWID). A customer with a picture is too large for that.

CREATE TABLE organization (
    bucket INTEGER NOT NULL CHECK (bucket BETWEEN 0 AND 255),
    id BLOB NOT NULL CHECK (length(id) = 16),
    name TEXT NOT NULL,
    default_location_id BLOB NOT NULL CHECK (length(default_location_id) = 16),
    -- JSON
    settings TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (bucket, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE location (
    bucket INTEGER NOT NULL CHECK (bucket BETWEEN 0 AND 255),
    organization_id BLOB NOT NULL CHECK (length(organization_id) = 16),
    id BLOB NOT NULL CHECK (length(id) = 16),
    name TEXT NOT NULL,
    PRIMARY KEY (bucket, organization_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE service (
    bucket INTEGER NOT NULL CHECK (bucket BETWEEN 0 AND 255),
    organization_id BLOB NOT NULL CHECK (length(organization_id) = 16),
    id BLOB NOT NULL CHECK (length(id) = 16),
    client_key TEXT NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    -- Names, separated by commas.
    scopes TEXT NOT NULL,
    -- SHA-256 of random secrets: nothing that could be shown again.
    client_secret BLOB NOT NULL CHECK (length(client_secret) = 32),
    bearer BLOB CHECK (length(bearer) = 32),
    created_at INTEGER NOT NULL,
    revoked_at INTEGER,
    PRIMARY KEY (bucket, organization_id, id)
) STRICT, WITHOUT ROWID;

-- A caller shows its client key, or a session of its service, before anything tells its organization: neither look-up
-- knows a bucket. There are few services, so these indexes need not be spread.
CREATE UNIQUE INDEX service_client_key ON service (client_key);
CREATE UNIQUE INDEX service_id ON service (id);

-- Sessions that ended early. A session that just expires leaves no row.
CREATE TABLE session_ended (
    bucket INTEGER NOT NULL CHECK (bucket BETWEEN 0 AND 255),
    service_id BLOB NOT NULL CHECK (length(service_id) = 16),
    id BLOB NOT NULL CHECK (length(id) = 16),
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (bucket, service_id, id)
) STRICT, WITHOUT ROWID;

-- For forgetting what is expired.
CREATE INDEX session_ended_expires_at ON session_ended (expires_at);

CREATE TABLE customer (
    bucket INTEGER NOT NULL CHECK (bucket BETWEEN 0 AND 255),
    organization_id BLOB NOT NULL CHECK (length(organization_id) = 16),
    id BLOB NOT NULL CHECK (length(id) = 16),
    location_id BLOB NOT NULL CHECK (length(location_id) = 16),
    source TEXT NOT NULL,
    -- At most 63 bytes, which is what Android and RADIUS take.
    username TEXT NOT NULL CHECK (octet_length(username) BETWEEN 1 AND 63),
    -- Sealed for this organization and this id.
    password BLOB NOT NULL,
    locked INTEGER NOT NULL CHECK (locked IN (0, 1)),
    created_at INTEGER NOT NULL,
    modified_at INTEGER NOT NULL,
    hotspot_id TEXT,
    first_name TEXT,
    last_name TEXT,
    -- E.164
    phone_number TEXT,
    phone_verified INTEGER CHECK (phone_verified IN (0, 1)),
    -- As typed. The form in which addresses are compared is in customer_key.
    email TEXT,
    email_verified INTEGER CHECK (email_verified IN (0, 1)),
    gender TEXT,
    -- YYYY-MM-DD
    birth_date TEXT,
    language TEXT,
    country TEXT,
    zip_code TEXT,
    company_name TEXT,
    civil_status TEXT,
    double_optin TEXT,
    picture TEXT,
    profile_id TEXT,
    ext_id TEXT,
    ext_prop1 TEXT,
    ext_prop2 TEXT,
    -- JSON objects, `{}` when they are empty.
    custom TEXT NOT NULL,
    policies TEXT NOT NULL,
    document TEXT NOT NULL,
    processing_data TEXT NOT NULL,
    device TEXT NOT NULL,
    PRIMARY KEY (bucket, organization_id, id),
    UNIQUE (bucket, organization_id, username)
) STRICT;

-- By which values customers are found. Rank 0 owns the value: that there is one owner is the primary key's doing, not
-- that of a look before the insert. Others with the same value queue behind it by rank. There is no index on
-- customer_id: which keys a customer has follows from its row.
CREATE TABLE customer_key (
    bucket INTEGER NOT NULL CHECK (bucket BETWEEN 0 AND 255),
    organization_id BLOB NOT NULL CHECK (length(organization_id) = 16),
    -- 1 phone number, 2 e-mail, 3 ext id, 4 ext prop 1, 5 ext prop 2, 6 guid of the device
    kind INTEGER NOT NULL CHECK (kind > 0),
    value TEXT NOT NULL,
    rank INTEGER NOT NULL CHECK (rank >= 0),
    customer_id BLOB NOT NULL CHECK (length(customer_id) = 16),
    PRIMARY KEY (bucket, organization_id, kind, value, rank)
) STRICT, WITHOUT ROWID;

-- A token's text tells its bucket, so that one key leads to it.
CREATE TABLE customer_token (
    bucket INTEGER NOT NULL CHECK (bucket BETWEEN 0 AND 255),
    -- SHA-256 of the token's text.
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    organization_id BLOB NOT NULL CHECK (length(organization_id) = 16),
    customer_id BLOB NOT NULL CHECK (length(customer_id) = 16),
    expires_at INTEGER NOT NULL,
    -- NULL: not counted.
    hits_left INTEGER CHECK (hits_left >= 0),
    PRIMARY KEY (bucket, hash)
) STRICT, WITHOUT ROWID;

-- For forgetting what is expired.
CREATE INDEX customer_token_expires_at ON customer_token (expires_at);

-- A known text under the key that seals passwords: tells at once when the database is opened with another key. It
-- belongs to the database and not to an organization, so there is no bucket.
CREATE TABLE key_check (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    sealed BLOB NOT NULL
) STRICT;
