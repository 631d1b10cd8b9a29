-- A bit for each field with a number from 64 on: eight in each byte, the lowest first, up to the last byte with a bit. NULL: none.
-- "fields" and "accepted" keep the bits of the numbers up to 62, so rows stay as they are and are not rewritten.
ALTER TABLE customer_history ADD COLUMN more_fields bytea, ADD COLUMN more_accepted bytea;
