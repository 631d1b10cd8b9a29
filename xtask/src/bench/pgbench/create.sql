-- A new customer, as a program would create it that has these tables to itself: one transaction, three statements.
--
-- Every guest of every client is a new one. Twelve decimal digits are the end of an id as good as any, and ids go up, as
-- those of the service do.
\set n :n + 1
\set guest :first + :n * :clients + :client_id
\set phone {phone}
\set tail 100000000000 + :guest
BEGIN;
INSERT INTO customer (bucket, organization_id, id, location_id, source, username, password, locked, created_at, modified_at,
    first_name, last_name, phone_number, email, language, country, custom, policies, document, processing_data, device)
VALUES (:bucket, :organization, (:prefix || :tail)::uuid, :location, 'api', left(md5(:guest), 14), :password, true, now(), now(),
    'Ada', 'Lovelace', '+' || :phone, 'guest' || :guest || '@bench.example', 'en', 'GB', '{}', :policies, '{}', '{}', '{}');
INSERT INTO customer_key (bucket, organization_id, kind, value, rank, customer_id)
VALUES (:bucket, :organization, 1, '+' || :phone, 0, (:prefix || :tail)::uuid),
    (:bucket, :organization, 2, 'guest' || :guest || '@bench.example', 0, (:prefix || :tail)::uuid);
INSERT INTO customer_history (happened_at, fields, accepted, bucket, call, organization_id, customer_id, id, service_id)
VALUES (now(), 65535, 3, :bucket, 1, :organization, (:prefix || :tail)::uuid, (:prefix || :tail)::uuid, :organization);
END;
