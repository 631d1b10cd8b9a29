-- Sessions of a service count when they began in this epoch. No two epochs have one number.
ALTER TABLE service ADD COLUMN session_epoch uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000';

-- After a restore nothing is sent until an administrator resumes forwarding.
ALTER TABLE forwarding_account ADD COLUMN held boolean NOT NULL DEFAULT false;

-- The time that housekeeping keeps, and until when it forgets nothing.
CREATE TABLE housekeeping (
    only_row boolean PRIMARY KEY CHECK (only_row),
    reached timestamptz NOT NULL,
    quiet_until timestamptz NOT NULL
);

-- The public key that logins are checked with: tells at once when the database is opened with another one.
CREATE TABLE signing_key (
    only_row boolean PRIMARY KEY CHECK (only_row),
    public bytea NOT NULL CHECK (octet_length(public) = 32)
);

-- The keys that values may be sealed with.
CREATE TABLE sealing_key (
    -- As a seal begins with it: four bytes, the most significant first.
    number bytea PRIMARY KEY CHECK (octet_length(number) = 4),
    -- A known text, sealed with the key. NULL: the key was used before this table was there.
    sealed bytea,
    -- A server served with it as its current key.
    served boolean NOT NULL
);

INSERT INTO sealing_key (number, served)
SELECT s.number, true FROM (
    SELECT DISTINCT substr(c.password, 1, 4) AS number FROM customer c
    UNION SELECT substr(a.client_secret, 1, 4) FROM forwarding_account a
    UNION SELECT substr(k.sealed, 1, 4) FROM key_check k
) s WHERE octet_length(s.number) = 4
