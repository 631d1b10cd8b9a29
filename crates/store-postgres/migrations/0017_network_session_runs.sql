-- Access points use an Acct-Session-Id again. The number of a session among those with its name at its place, and whether a record
-- told its beginning.
ALTER TABLE network_session
    ADD COLUMN run bigint NOT NULL DEFAULT 0 CHECK (run >= 0),
    ADD COLUMN began boolean NOT NULL DEFAULT false;

ALTER TABLE network_session DROP CONSTRAINT network_session_pkey;

ALTER TABLE network_session
    ADD PRIMARY KEY (bucket, organization_id, nas_identifier, nas_address, acct_session_id, run);

-- Once more, behind the key: of two indexes that cost the same, as on tables that were vacuumed empty, the planner takes the
-- younger one.
DROP INDEX network_session_open;

CREATE INDEX network_session_open ON network_session (bucket, organization_id, nas_identifier, nas_address)
WHERE ended_at IS NULL;
