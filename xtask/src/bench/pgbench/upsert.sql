-- A customer by phone number and e-mail address: changed if it is there, else created. One transaction.
--
-- By chance, half of the guests are among those that are there.
\set n :n + 1
\set known random(0, 1)
\if :known
\set guest random(0, :customers - 1)
\else
\set guest :first + :n * :clients + :client_id
\endif
\set phone {phone}
\set tail 100000000000 + :guest
\set event 200000000000 + :first + :n * :clients + :client_id
\set found 0
BEGIN;
SELECT 1 AS found, c.*
FROM customer c
WHERE c.bucket = :bucket AND c.organization_id = :organization AND c.id = ANY (ARRAY(
    SELECT k.customer_id FROM customer_key k
    WHERE k.bucket = :bucket AND k.organization_id = :organization AND k.kind = 1 AND k.value = '+' || :phone AND k.rank = 0
    UNION ALL
    SELECT k.customer_id FROM customer_key k
    WHERE k.bucket = :bucket AND k.organization_id = :organization AND k.kind = 2
      AND k.value = 'guest' || :guest || '@bench.example' AND k.rank = 0))
FOR UPDATE \aset
\if :found
UPDATE customer SET version = version + 1, location_id = :location, locked = true, modified_at = now(), hotspot_id = NULL,
    first_name = 'Ada ' || :n, last_name = 'Lovelace', phone_number = '+' || :phone, phone_verified = NULL,
    email = 'guest' || :guest || '@bench.example', email_verified = NULL, gender = NULL, birth_date = NULL, language = 'en',
    country = 'GB', zip_code = NULL, company_name = NULL, civil_status = NULL, double_optin = NULL, picture = NULL,
    profile_id = NULL, ext_id = NULL, ext_prop1 = NULL, ext_prop2 = NULL, custom = '{}', policies = :policies,
    document = '{}', processing_data = '{}', device = '{}'
WHERE bucket = :bucket AND organization_id = :organization AND id = :id;
INSERT INTO customer_history (happened_at, fields, accepted, bucket, call, organization_id, customer_id, id, service_id)
VALUES (now(), 32, 0, :bucket, 2, :organization, :id, (:prefix || :event)::uuid, :organization);
\else
INSERT INTO customer (bucket, organization_id, id, location_id, source, username, password, locked, created_at, modified_at,
    first_name, last_name, phone_number, email, language, country, custom, policies, document, processing_data, device)
VALUES (:bucket, :organization, (:prefix || :tail)::uuid, :location, 'api', left(md5(:guest), 14), :password, true, now(), now(),
    'Ada', 'Lovelace', '+' || :phone, 'guest' || :guest || '@bench.example', 'en', 'GB', '{}', :policies, '{}', '{}', '{}');
INSERT INTO customer_key (bucket, organization_id, kind, value, rank, customer_id)
VALUES (:bucket, :organization, 1, '+' || :phone, 0, (:prefix || :tail)::uuid),
    (:bucket, :organization, 2, 'guest' || :guest || '@bench.example', 0, (:prefix || :tail)::uuid);
INSERT INTO customer_history (happened_at, fields, accepted, bucket, call, organization_id, customer_id, id, service_id)
VALUES (now(), 65535, 3, :bucket, 1, :organization, (:prefix || :tail)::uuid, (:prefix || :tail)::uuid, :organization);
\endif
END;
