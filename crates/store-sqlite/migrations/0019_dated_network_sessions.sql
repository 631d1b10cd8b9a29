-- Whether the beginning of a session comes from a record that an access point dated, and not from a time of arrival.
ALTER TABLE network_session ADD COLUMN dated INTEGER NOT NULL DEFAULT 0 CHECK (dated IN (0, 1));
