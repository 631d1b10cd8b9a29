-- What is known of a location besides its name: an object, `{}` when that is nothing.
ALTER TABLE location ADD COLUMN details jsonb NOT NULL DEFAULT '{}';
