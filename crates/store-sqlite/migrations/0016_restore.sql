-- Sessions of a service count when they began in this epoch. No two epochs have one number.
ALTER TABLE service ADD COLUMN session_epoch BLOB NOT NULL DEFAULT x'00000000000000000000000000000000'
    CHECK (length(session_epoch) = 16);

-- After a restore nothing is sent until an administrator resumes forwarding.
ALTER TABLE forwarding_account ADD COLUMN held INTEGER NOT NULL DEFAULT 0 CHECK (held IN (0, 1));

-- The time that housekeeping keeps, and until when it forgets nothing.
CREATE TABLE housekeeping (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    reached INTEGER NOT NULL,
    quiet_until INTEGER NOT NULL
) STRICT;

-- The public key that logins are checked with: tells at once when the database is opened with another one.
CREATE TABLE signing_key (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    public BLOB NOT NULL CHECK (length(public) = 32)
) STRICT;

-- The keys that values may be sealed with.
CREATE TABLE sealing_key (
    -- As a seal begins with it: four bytes, the most significant first.
    number BLOB NOT NULL CHECK (length(number) = 4),
    -- A known text, sealed with the key. NULL: the key was used before this table was there.
    sealed BLOB,
    -- A server served with it as its current key.
    served INTEGER NOT NULL CHECK (served IN (0, 1)),
    PRIMARY KEY (number)
) STRICT, WITHOUT ROWID;

INSERT INTO sealing_key (number, served)
SELECT number, 1 FROM (
    SELECT substr(password, 1, 4) AS number FROM customer
    UNION SELECT substr(client_secret, 1, 4) FROM forwarding_account
    UNION SELECT substr(sealed, 1, 4) FROM key_check
) WHERE length(number) = 4;
