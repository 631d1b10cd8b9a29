-- For pages of customers in the order of their usernames' bytes. The index that keeps usernames unique is led by them, and
-- so has those of all organizations between each other.
--
-- Every row meets its condition. Only a statement that says the same is carried out by this index: others would take it for
-- as good as the primary key, and look for an id among all usernames of the organization.
CREATE INDEX customer_by_username ON customer (bucket, organization_id, username COLLATE "C") WHERE username <> ''
