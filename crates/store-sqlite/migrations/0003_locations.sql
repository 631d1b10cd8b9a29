-- What is known of a location besides its name: a JSON object, `{}` when that is nothing.
ALTER TABLE location ADD COLUMN details TEXT NOT NULL DEFAULT '{}';
