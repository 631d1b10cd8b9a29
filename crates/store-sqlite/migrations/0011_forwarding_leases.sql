-- Which of its accounts elsewhere, counted one after the other, is the organization's.
ALTER TABLE organization ADD COLUMN forwarding_epoch INTEGER NOT NULL DEFAULT 0;

-- Which of them `sent` and `remote_id` are about. They mean nothing to any other.
ALTER TABLE forwarding ADD COLUMN epoch INTEGER NOT NULL DEFAULT 0;

-- How often it was taken: only who took it last can say what became of it.
ALTER TABLE forwarding ADD COLUMN lease INTEGER NOT NULL DEFAULT 0;

-- For those who are on the way: a handful.
CREATE INDEX forwarding_taken ON forwarding (bucket, organization_id) WHERE taken;

-- For the one that has waited longest.
CREATE INDEX forwarding_oldest ON forwarding (bucket, organization_id, waiting_since) WHERE waiting_since IS NOT NULL;
