-- The registry, in the shape that the other stores have too.
--
-- `bucket` is a pinned hash of the organization's id (0 to 255). It leads every key and stands in every statement on a
-- hot path, so that the same tables can be spread over machines by it (Citus). The program supplies it: a generated column
-- could not be the one by which rows are spread. What is inserted for an organization takes its bucket from the
-- organization's row, so that a wrong one cannot get in.
--
-- Ids are UUIDv7: the primary key is the order of creation, and a page needs no index of its own.
--
-- No foreign keys and no triggers: neither works across machines. What a row refers to is checked by the statement that
-- writes it.

CREATE TABLE organization (
    bucket smallint NOT NULL CHECK (bucket BETWEEN 0 AND 255),
    id uuid NOT NULL,
    name text NOT NULL,
    default_location_id uuid NOT NULL,
    settings jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (bucket, id)
);

CREATE TABLE location (
    bucket smallint NOT NULL CHECK (bucket BETWEEN 0 AND 255),
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    PRIMARY KEY (bucket, organization_id, id)
);

-- Services and their sessions are few, and a caller shows its key before anything tells its organization: no look-up
-- knows a bucket. So these two tables stay on one machine.
CREATE TABLE service (
    id uuid PRIMARY KEY,
    organization_id uuid NOT NULL,
    client_key text NOT NULL UNIQUE,
    name text NOT NULL,
    role text NOT NULL,
    -- Names, separated by commas.
    scopes text NOT NULL,
    -- SHA-256 of random secrets: nothing that could be shown again.
    client_secret bytea NOT NULL CHECK (octet_length(client_secret) = 32),
    bearer bytea CHECK (octet_length(bearer) = 32),
    created_at timestamptz NOT NULL,
    revoked_at timestamptz
);

-- Sessions that ended early. A session that just expires leaves no row.
CREATE TABLE session_ended (
    service_id uuid NOT NULL,
    id uuid NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (service_id, id)
);

-- For forgetting what is expired.
CREATE INDEX session_ended_expires_at ON session_ended (expires_at);

CREATE TABLE customer (
    bucket smallint NOT NULL CHECK (bucket BETWEEN 0 AND 255),
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    -- Counts the changes.
    version bigint NOT NULL DEFAULT 1,
    location_id uuid NOT NULL,
    source text NOT NULL,
    -- At most 63 bytes, which is what Android and RADIUS take.
    username text NOT NULL CHECK (octet_length(username) BETWEEN 1 AND 63),
    -- Sealed for this organization and this id.
    password bytea NOT NULL,
    locked boolean NOT NULL,
    created_at timestamptz NOT NULL,
    modified_at timestamptz NOT NULL,
    hotspot_id text,
    first_name text,
    last_name text,
    -- E.164
    phone_number text,
    phone_verified boolean,
    -- As typed. The form in which addresses are compared is in customer_key.
    email text,
    email_verified boolean,
    gender text,
    birth_date date,
    language text,
    country text,
    zip_code text,
    company_name text,
    civil_status text,
    double_optin text,
    picture text,
    profile_id text,
    ext_id text,
    ext_prop1 text,
    ext_prop2 text,
    -- Objects, `{}` when they are empty.
    custom jsonb NOT NULL,
    policies jsonb NOT NULL,
    document jsonb NOT NULL,
    processing_data jsonb NOT NULL,
    device jsonb NOT NULL,
    PRIMARY KEY (bucket, organization_id, id),
    -- Not led by the bucket: without statistics the planner would take it for as good as the primary key, and look for an
    -- id among all usernames of the organization.
    UNIQUE (username, organization_id, bucket)
)
-- Room for the new version of a row on its own page: an update that changes no key then touches no index.
WITH (fillfactor = 90);

-- By which values customers are found. Rank 0 owns the value: that there is one owner is the primary key's doing, not
-- that of a look before the insert. Others with the same value queue behind it by rank. There is no index on
-- customer_id: which keys a customer has follows from its row.
CREATE TABLE customer_key (
    bucket smallint NOT NULL CHECK (bucket BETWEEN 0 AND 255),
    organization_id uuid NOT NULL,
    -- 1 phone number, 2 e-mail, 3 ext id, 4 ext prop 1, 5 ext prop 2, 6 guid of the device
    kind smallint NOT NULL CHECK (kind > 0),
    value text NOT NULL,
    rank bigint NOT NULL CHECK (rank >= 0),
    customer_id uuid NOT NULL,
    PRIMARY KEY (bucket, organization_id, kind, value, rank)
);

-- A token's text tells its bucket, so that one key leads to it.
CREATE TABLE customer_token (
    bucket smallint NOT NULL CHECK (bucket BETWEEN 0 AND 255),
    -- SHA-256 of the token's text.
    hash bytea NOT NULL CHECK (octet_length(hash) = 32),
    organization_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    expires_at timestamptz NOT NULL,
    -- NULL: not counted.
    hits_left bigint CHECK (hits_left >= 0),
    PRIMARY KEY (bucket, hash)
);

-- For forgetting what is expired.
CREATE INDEX customer_token_expires_at ON customer_token (expires_at);

-- A known text under the key that seals passwords: tells at once when the database is opened with another key. It
-- belongs to the database and not to an organization, so there is no bucket.
CREATE TABLE key_check (
    only_row boolean PRIMARY KEY CHECK (only_row),
    sealed bytea NOT NULL
);
