PRAGMA application_id = 0x47756573;
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE _sqlx_migrations (
    version BIGINT PRIMARY KEY,
    description TEXT NOT NULL,
    installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    success BOOLEAN NOT NULL,
    checksum BLOB NOT NULL,
    execution_time BIGINT NOT NULL
);
INSERT INTO _sqlx_migrations VALUES(1,'registry','2026-12-01 16:08:47',1,X'b5e853c135116dc65bc87a93e4d4b97a768e6e6c11f4697f2b388e4e991cdd42c5452b58f3029229b1c8e9025649c631',2133927);
INSERT INTO _sqlx_migrations VALUES(3,'locations','2026-12-01 16:08:47',1,X'27ec487a6ee66fb3b1f6b4e3ad0f1fdc83fe83f0ebb14a7b8888409e963151e272e659ca9e7282139926c14ba1fd65ad',5134771);
INSERT INTO _sqlx_migrations VALUES(4,'receipts','2026-12-01 16:08:47',1,X'95e82bbe92ee2ca12bba3a04856d8e735cc164b5982c8914171c7fb8c6315140cc1524118ec24a9f97c9b953923d33b7',977947);
INSERT INTO _sqlx_migrations VALUES(5,'installations','2026-12-01 16:08:47',1,X'f8283070f702fa5d9c9d339b603dd984a8751d4646deac5cdab93193818e0824eb3648d4c4596f811fdc12956a16be29',566357);
INSERT INTO _sqlx_migrations VALUES(6,'history','2026-12-01 16:08:47',1,X'3fd94fe06a4d784df62dbaca9d16fc6a32c53492b4906fe78b5e50b9061c8b9436a502b982a0b3f60e97eb27dd0ce8ed',9236203);
INSERT INTO _sqlx_migrations VALUES(8,'network sessions','2026-12-01 16:08:47',1,X'4baa11e0ee9ff533c8db547e93737b1d66a413561a89a1dff1053d9240529134d94efac34519ba368afc092ea313a440',868086);
INSERT INTO _sqlx_migrations VALUES(9,'redemptions','2026-12-01 16:08:47',1,X'4b3f65b1241108cb0c525946a08003d35ed9fa62d35e359bcf9ee5717fa625ad8efafca3e39b9fe048339cd4bb18273b',1079428);
INSERT INTO _sqlx_migrations VALUES(10,'forwarding','2026-12-01 16:08:47',1,X'ce792d011c792dd551def819e40f138b5caa09c3fa58b7a37c59b678a5f8050282acad75b3f8c8f95b41914fed67304c',1340041);
INSERT INTO _sqlx_migrations VALUES(11,'forwarding leases','2026-12-01 16:08:47',1,X'55dab07bf0b8b3f84a498e13e1be8a19b87a094202452d1cbfab61bd269c15ef2ae93a05ef9346d43c7e8ec2fec0a11a',1868974);
INSERT INTO _sqlx_migrations VALUES(15,'checks of old sqlite','2026-12-01 16:08:47',1,X'10ed97421a5d54a90947d2f1d4ba4a397011c1dda0b13557f5b8206c04c2ae1a4c4b237564821bf6d8af858ec2dc9d92',976344);
INSERT INTO _sqlx_migrations VALUES(16,'restore','2026-12-01 16:08:47',1,X'1df148e5d24a4f1a045da539ba2a3eedc988ea9ce31be9d9011d26acbab0ba1c5a4923524c9b53c7434bfc132ef68d34',1665229);
INSERT INTO _sqlx_migrations VALUES(17,'network session runs','2026-12-01 16:08:47',1,X'9740d2b2caa3d3aa2fe6634808dbec36f452791e2a25c16b1bf7e2bea082c123561d410344f64f79d9ecafd47bfad96e',2079167);
CREATE TABLE organization (
    bucket INTEGER NOT NULL CHECK (bucket BETWEEN 0 AND 255),
    id BLOB NOT NULL CHECK (length(id) = 16),
    name TEXT NOT NULL,
    default_location_id BLOB NOT NULL CHECK (length(default_location_id) = 16),
    -- JSON
    settings TEXT NOT NULL,
    created_at INTEGER NOT NULL, forwards INTEGER NOT NULL DEFAULT 0 CHECK (forwards IN (0, 1)), forwarding_epoch INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (bucket, id)
) STRICT, WITHOUT ROWID;
INSERT INTO organization VALUES(206,X'51eac356426f1bac0000000000000003','Grand Hotel',X'51eac356426f1bac0000000000000002','{"answerCredentialsOnHit":false,"tokenLife":300,"tokenHits":null}',1717228800123,0,0);
CREATE TABLE location (
    bucket INTEGER NOT NULL CHECK (bucket BETWEEN 0 AND 255),
    organization_id BLOB NOT NULL CHECK (length(organization_id) = 16),
    id BLOB NOT NULL CHECK (length(id) = 16),
    name TEXT NOT NULL, details TEXT NOT NULL DEFAULT '{}',
    PRIMARY KEY (bucket, organization_id, id)
) STRICT, WITHOUT ROWID;
INSERT INTO location VALUES(206,X'51eac356426f1bac0000000000000003',X'51eac356426f1bac0000000000000002','Lobby','{}');
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
    revoked_at INTEGER, session_epoch BLOB NOT NULL DEFAULT x'00000000000000000000000000000000'
    CHECK (length(session_epoch) = 16),
    PRIMARY KEY (bucket, organization_id, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE session_ended (
    bucket INTEGER NOT NULL CHECK (bucket BETWEEN 0 AND 255),
    service_id BLOB NOT NULL CHECK (length(service_id) = 16),
    id BLOB NOT NULL CHECK (length(id) = 16),
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (bucket, service_id, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE customer (
    bucket INTEGER NOT NULL CHECK (bucket BETWEEN 0 AND 255),
    organization_id BLOB NOT NULL CHECK (length(organization_id) = 16),
    id BLOB NOT NULL CHECK (length(id) = 16),
    location_id BLOB NOT NULL CHECK (length(location_id) = 16),
    source TEXT NOT NULL,
    -- At most 63 bytes, which is what Android and RADIUS take.
    username TEXT NOT NULL CHECK (length(CAST(username AS BLOB)) BETWEEN 1 AND 63),
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
INSERT INTO customer VALUES(206,X'51eac356426f1bac0000000000000003',X'51eac356426f1bac0000000000000005',X'51eac356426f1bac0000000000000002','api','tfy880mqk3j1rvmh',X'0000000051eac356426f1bac000000000000000351eac356426f1bac000000000000000551eac356426f1bac000000000000000bd59095cbc0dfc0d2dcc0cdd3d6c892d4',1,1717228800123,1717228800127,'hotspot 1','Mario','Rossi','+393331234567',1,'Mario.Rossi@Example.org',0,'other','1975-03-16','it','GB-ENG','20121','Rossi & Sons "Ltd"','Lady','confirm_waiting','https://example.org/mario.png','plan 1','ext 1','prop 1','prop 2','{"ratio":0.1,"tags":["a",{"b":null}],"tier":"gold","visits":7}','{"privacy":true,"terms_of_use":true,"minimum_age_verification":false,"mktg_communications":true,"customs":{"loyalty":true,"parking":false}}','{"member_id":"member 1","number":"number 1","passport_number":"passport 1","personal_id":"personal 1","kind":"kind 1"}','{"profiling":true,"processing_personal_data":false}','{"source":"source 1","bundle":"bundle 1","vendor_id":"vendor 1","adv_id":"adv 1","install_id":"install 1","os":"os 1","device":"device 1","created":"created 1","guid":"guid 1","modified":"modified 1","last_seen":"last seen 1"}');
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
INSERT INTO customer_key VALUES(206,X'51eac356426f1bac0000000000000003',1,'+393331234567',0,X'51eac356426f1bac0000000000000005');
INSERT INTO customer_key VALUES(206,X'51eac356426f1bac0000000000000003',2,'mario.rossi@example.org',0,X'51eac356426f1bac0000000000000005');
INSERT INTO customer_key VALUES(206,X'51eac356426f1bac0000000000000003',3,'ext 1',0,X'51eac356426f1bac0000000000000005');
INSERT INTO customer_key VALUES(206,X'51eac356426f1bac0000000000000003',4,'prop 1',0,X'51eac356426f1bac0000000000000005');
INSERT INTO customer_key VALUES(206,X'51eac356426f1bac0000000000000003',5,'prop 2',0,X'51eac356426f1bac0000000000000005');
INSERT INTO customer_key VALUES(206,X'51eac356426f1bac0000000000000003',6,'guid 1',0,X'51eac356426f1bac0000000000000005');
CREATE TABLE customer_token (
    bucket INTEGER NOT NULL CHECK (bucket BETWEEN 0 AND 255),
    -- SHA-256 of the token's text.
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    organization_id BLOB NOT NULL CHECK (length(organization_id) = 16),
    customer_id BLOB NOT NULL CHECK (length(customer_id) = 16),
    expires_at INTEGER NOT NULL,
    -- NULL: not counted.
    hits_left INTEGER CHECK (hits_left >= 0), redeemed_at INTEGER,
    PRIMARY KEY (bucket, hash)
) STRICT, WITHOUT ROWID;
CREATE TABLE key_check (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    sealed BLOB NOT NULL
) STRICT;
INSERT INTO key_check VALUES(1,X'00000000000000000000000000000000000000000000000000000000000000000000000051eac356426f1bac0000000000000001c2d0c0d6d1c7cacace');
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
INSERT INTO customer_installation VALUES(206,X'51eac356426f1bac0000000000000003',X'51eac356426f1bac0000000000000005','install 2',1717228800126,'{"os":"ios","wpa2_enterprise_installed":true}');
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
INSERT INTO customer_history VALUES(206,X'51eac356426f1bac0000000000000003',X'51eac356426f1bac0000000000000005',X'51eac356426f1bac0000000000000005',1717228800123,X'51eac356426f1bac0000000000000004',1,562949953421311,738197504,'{"loyalty":true,"parking":false}');
INSERT INTO customer_history VALUES(206,X'51eac356426f1bac0000000000000003',X'51eac356426f1bac0000000000000005',X'51eac356426f1bac000000000000000c',1717228800124,X'51eac356426f1bac0000000000000004',3,562949953421280,0,'{"loyalty":false,"parking":false}');
INSERT INTO customer_history VALUES(206,X'51eac356426f1bac0000000000000003',X'51eac356426f1bac0000000000000005',X'51eac356426f1bac000000000000000e',1717228800125,X'51eac356426f1bac0000000000000004',3,562949953421280,738197504,'{"loyalty":true,"parking":false}');
INSERT INTO customer_history VALUES(206,X'51eac356426f1bac0000000000000003',X'51eac356426f1bac0000000000000005',X'51eac356426f1bac0000000000000010',1717228800126,X'51eac356426f1bac0000000000000004',4,580964351930793984,0,NULL);
INSERT INTO customer_history VALUES(206,X'51eac356426f1bac0000000000000003',X'51eac356426f1bac0000000000000005',X'51eac356426f1bac0000000000000012',1717228800127,X'51eac356426f1bac0000000000000004',6,1024,0,NULL);
INSERT INTO customer_history VALUES(206,X'51eac356426f1bac0000000000000003',X'51eac356426f1bac0000000000000013',X'51eac356426f1bac0000000000000013',1717228800128,X'51eac356426f1bac0000000000000004',1,0,0,NULL);
INSERT INTO customer_history VALUES(206,X'51eac356426f1bac0000000000000003',X'51eac356426f1bac0000000000000013',X'51eac356426f1bac000000000000001a',1717228800128,X'51eac356426f1bac0000000000000004',5,0,0,NULL);
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
    set_up_at INTEGER NOT NULL, held INTEGER NOT NULL DEFAULT 0 CHECK (held IN (0, 1)),
    PRIMARY KEY (bucket, organization_id)
) STRICT, WITHOUT ROWID;
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
    given_up_at INTEGER, epoch INTEGER NOT NULL DEFAULT 0, lease INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (bucket, organization_id, customer_id)
) STRICT, WITHOUT ROWID;
CREATE TABLE housekeeping (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    reached INTEGER NOT NULL,
    quiet_until INTEGER NOT NULL
) STRICT;
CREATE TABLE signing_key (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    public BLOB NOT NULL CHECK (length(public) = 32)
) STRICT;
CREATE TABLE sealing_key (
    -- As a seal begins with it: four bytes, the most significant first.
    number BLOB NOT NULL CHECK (length(number) = 4),
    -- A known text, sealed with the key. NULL: the key was used before this table was there.
    sealed BLOB,
    -- A server served with it as its current key.
    served INTEGER NOT NULL CHECK (served IN (0, 1)),
    PRIMARY KEY (number)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS "network_session" (
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
CREATE UNIQUE INDEX service_client_key ON service (client_key);
CREATE UNIQUE INDEX service_id ON service (id);
CREATE INDEX session_ended_expires_at ON session_ended (expires_at);
CREATE INDEX customer_token_expires_at ON customer_token (expires_at);
CREATE INDEX customer_receipt_answered_at ON customer_receipt (answered_at);
CREATE INDEX customer_token_customer ON customer_token (bucket, organization_id, customer_id);
CREATE UNIQUE INDEX service_bearer ON service (bearer);
CREATE INDEX forwarding_due ON forwarding (bucket, organization_id, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX forwarding_dead ON forwarding (bucket, organization_id, customer_id) WHERE given_up_at IS NOT NULL;
CREATE INDEX forwarding_taken ON forwarding (bucket, organization_id) WHERE taken;
CREATE INDEX forwarding_oldest ON forwarding (bucket, organization_id, waiting_since) WHERE waiting_since IS NOT NULL;
CREATE INDEX network_session_customer ON network_session (bucket, organization_id, customer_id, id);
CREATE INDEX network_session_open ON network_session (bucket, organization_id, nas_identifier, nas_address)
WHERE ended_at IS NULL;
COMMIT;
