-- When a fetch last used a hit of a token: for a minute after it, more fetches use none. NULL: never.
ALTER TABLE customer_token ADD COLUMN redeemed_at INTEGER;
