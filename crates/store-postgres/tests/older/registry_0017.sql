SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE public.customer (
    bucket smallint NOT NULL,
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    location_id uuid NOT NULL,
    source text NOT NULL,
    username text NOT NULL,
    password bytea NOT NULL,
    locked boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    modified_at timestamp with time zone NOT NULL,
    hotspot_id text,
    first_name text,
    last_name text,
    phone_number text,
    phone_verified boolean,
    email text,
    email_verified boolean,
    gender text,
    birth_date date,
    language text,
    country text,
    zip_code text,
    company_name text,
    civil_status text,
    double_optin text,
    picture text,
    profile_id text,
    ext_id text,
    ext_prop1 text,
    ext_prop2 text,
    custom jsonb NOT NULL,
    policies jsonb NOT NULL,
    document jsonb NOT NULL,
    processing_data jsonb NOT NULL,
    device jsonb NOT NULL,
    CONSTRAINT customer_bucket_check CHECK (((bucket >= 0) AND (bucket <= 255))),
    CONSTRAINT customer_username_check CHECK (((octet_length(username) >= 1) AND (octet_length(username) <= 63)))
)
WITH (fillfactor='90');
CREATE TABLE public.customer_history (
    happened_at timestamp with time zone NOT NULL,
    fields bigint NOT NULL,
    accepted bigint NOT NULL,
    bucket smallint NOT NULL,
    call smallint NOT NULL,
    organization_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    id uuid NOT NULL,
    service_id uuid NOT NULL,
    customs jsonb,
    CONSTRAINT customer_history_bucket_check CHECK (((bucket >= 0) AND (bucket <= 255))),
    CONSTRAINT customer_history_call_check CHECK ((call > 0))
);
CREATE TABLE public.customer_installation (
    bucket smallint NOT NULL,
    organization_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    install_id text NOT NULL,
    reported_at timestamp with time zone NOT NULL,
    facts jsonb NOT NULL,
    CONSTRAINT customer_installation_bucket_check CHECK (((bucket >= 0) AND (bucket <= 255)))
);
CREATE TABLE public.customer_key (
    bucket smallint NOT NULL,
    organization_id uuid NOT NULL,
    kind smallint NOT NULL,
    value text NOT NULL,
    rank bigint NOT NULL,
    customer_id uuid NOT NULL,
    CONSTRAINT customer_key_bucket_check CHECK (((bucket >= 0) AND (bucket <= 255))),
    CONSTRAINT customer_key_kind_check CHECK ((kind > 0)),
    CONSTRAINT customer_key_rank_check CHECK ((rank >= 0))
);
CREATE TABLE public.customer_receipt (
    bucket smallint NOT NULL,
    organization_id uuid NOT NULL,
    key bytea NOT NULL,
    request bytea NOT NULL,
    customer_id uuid NOT NULL,
    created boolean NOT NULL,
    location_id uuid NOT NULL,
    locked boolean NOT NULL,
    answered_at timestamp with time zone NOT NULL,
    CONSTRAINT customer_receipt_bucket_check CHECK (((bucket >= 0) AND (bucket <= 255))),
    CONSTRAINT customer_receipt_key_check CHECK ((octet_length(key) = 32)),
    CONSTRAINT customer_receipt_request_check CHECK ((octet_length(request) = 32))
);
CREATE TABLE public.customer_token (
    bucket smallint NOT NULL,
    hash bytea NOT NULL,
    organization_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    hits_left bigint,
    redeemed_at timestamp with time zone,
    CONSTRAINT customer_token_bucket_check CHECK (((bucket >= 0) AND (bucket <= 255))),
    CONSTRAINT customer_token_hash_check CHECK ((octet_length(hash) = 32)),
    CONSTRAINT customer_token_hits_left_check CHECK ((hits_left >= 0))
);
CREATE TABLE public.forwarding (
    bucket smallint NOT NULL,
    organization_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    change bigint NOT NULL,
    due_at timestamp with time zone,
    waiting_since timestamp with time zone,
    taken boolean DEFAULT false NOT NULL,
    sent boolean DEFAULT false NOT NULL,
    remote_id text,
    failures bigint DEFAULT 0 NOT NULL,
    failing_since timestamp with time zone,
    fault text,
    given_up_at timestamp with time zone,
    epoch bigint DEFAULT 0 NOT NULL,
    lease bigint DEFAULT 0 NOT NULL,
    CONSTRAINT forwarding_bucket_check CHECK (((bucket >= 0) AND (bucket <= 255)))
);
CREATE TABLE public.forwarding_account (
    bucket smallint NOT NULL,
    organization_id uuid NOT NULL,
    url text NOT NULL,
    client_key text NOT NULL,
    client_secret bytea NOT NULL,
    remote_organization text NOT NULL,
    identity text NOT NULL,
    set_up_at timestamp with time zone NOT NULL,
    held boolean DEFAULT false NOT NULL,
    CONSTRAINT forwarding_account_bucket_check CHECK (((bucket >= 0) AND (bucket <= 255)))
);
CREATE TABLE public.guestbook_migration (
    version bigint NOT NULL,
    description text NOT NULL,
    installed_on timestamp with time zone DEFAULT now() NOT NULL,
    success boolean NOT NULL,
    checksum bytea NOT NULL,
    execution_time bigint NOT NULL
);
CREATE TABLE public.housekeeping (
    only_row boolean NOT NULL,
    reached timestamp with time zone NOT NULL,
    quiet_until timestamp with time zone NOT NULL,
    CONSTRAINT housekeeping_only_row_check CHECK (only_row)
);
CREATE TABLE public.key_check (
    only_row boolean NOT NULL,
    sealed bytea NOT NULL,
    CONSTRAINT key_check_only_row_check CHECK (only_row)
);
CREATE TABLE public.location (
    bucket smallint NOT NULL,
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    details jsonb DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT location_bucket_check CHECK (((bucket >= 0) AND (bucket <= 255)))
);
CREATE TABLE public.network_session (
    bucket smallint NOT NULL,
    organization_id uuid NOT NULL,
    nas_identifier text NOT NULL,
    nas_address text NOT NULL,
    acct_session_id text NOT NULL,
    id uuid NOT NULL,
    customer_id uuid NOT NULL,
    calling_station text,
    called_station text,
    framed_address text,
    started_at timestamp with time zone NOT NULL,
    heard_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    terminate_cause text,
    seconds bigint NOT NULL,
    input_octets bigint NOT NULL,
    output_octets bigint NOT NULL,
    run bigint DEFAULT 0 NOT NULL,
    began boolean DEFAULT false NOT NULL,
    CONSTRAINT network_session_bucket_check CHECK (((bucket >= 0) AND (bucket <= 255))),
    CONSTRAINT network_session_input_octets_check CHECK ((input_octets >= 0)),
    CONSTRAINT network_session_output_octets_check CHECK ((output_octets >= 0)),
    CONSTRAINT network_session_run_check CHECK ((run >= 0)),
    CONSTRAINT network_session_seconds_check CHECK ((seconds >= 0))
);
CREATE TABLE public.organization (
    bucket smallint NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    default_location_id uuid NOT NULL,
    settings jsonb NOT NULL,
    created_at timestamp with time zone NOT NULL,
    forwards boolean DEFAULT false NOT NULL,
    forwarding_epoch bigint DEFAULT 0 NOT NULL,
    CONSTRAINT organization_bucket_check CHECK (((bucket >= 0) AND (bucket <= 255)))
);
CREATE TABLE public.sealing_key (
    number bytea NOT NULL,
    sealed bytea,
    served boolean NOT NULL,
    CONSTRAINT sealing_key_number_check CHECK ((octet_length(number) = 4))
);
CREATE TABLE public.service (
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    client_key text NOT NULL,
    name text NOT NULL,
    role text NOT NULL,
    scopes text NOT NULL,
    client_secret bytea NOT NULL,
    bearer bytea,
    created_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    session_epoch uuid DEFAULT '00000000-0000-0000-0000-000000000000'::uuid NOT NULL,
    CONSTRAINT service_bearer_check CHECK ((octet_length(bearer) = 32)),
    CONSTRAINT service_client_secret_check CHECK ((octet_length(client_secret) = 32))
);
CREATE TABLE public.session_ended (
    service_id uuid NOT NULL,
    id uuid NOT NULL,
    expires_at timestamp with time zone NOT NULL
);
CREATE TABLE public.signing_key (
    only_row boolean NOT NULL,
    public bytea NOT NULL,
    CONSTRAINT signing_key_only_row_check CHECK (only_row),
    CONSTRAINT signing_key_public_check CHECK ((octet_length(public) = 32))
);
INSERT INTO public.customer VALUES (50, '9e351337-2fb4-f846-0000-0000000001fa', '9e351337-2fb4-f846-0000-0000000001fc', 4, '9e351337-2fb4-f846-0000-0000000001f9', 'api', '4n9egre20970q2tc', '\x000000009e3513372fb4f84600000000000001fa9e3513372fb4f84600000000000001fc9e3513372fb4f846000000000000020293c0cdcdc2d2ddddced1c6d7d3d791cf', true, '2024-06-01 08:00:00.123+00', '2024-06-01 08:00:00.127+00', 'hotspot 1', 'Mario', 'Rossi', '+393331234567', true, 'Mario.Rossi@Example.org', false, 'other', '1975-03-16', 'it', 'GB-ENG', '20121', 'Rossi & Sons "Ltd"', 'Lady', 'confirm_waiting', 'https://example.org/mario.png', 'plan 1', 'ext 1', 'prop 1', 'prop 2', '{"tags": ["a", {"b": null}], "tier": "gold", "ratio": 0.1, "visits": 7}', '{"customs": {"loyalty": true, "parking": false}, "privacy": true, "terms_of_use": true, "mktg_communications": true, "minimum_age_verification": false}', '{"kind": "kind 1", "number": "number 1", "member_id": "member 1", "personal_id": "personal 1", "passport_number": "passport 1"}', '{"profiling": true, "processing_personal_data": false}', '{"os": "os 1", "guid": "guid 1", "adv_id": "adv 1", "bundle": "bundle 1", "device": "device 1", "source": "source 1", "created": "created 1", "modified": "modified 1", "last_seen": "last seen 1", "vendor_id": "vendor 1", "install_id": "install 1"}');
INSERT INTO public.customer_history VALUES ('2024-06-01 08:00:00.123+00', 562949953421311, 738197504, 50, 1, '9e351337-2fb4-f846-0000-0000000001fa', '9e351337-2fb4-f846-0000-0000000001fc', '9e351337-2fb4-f846-0000-0000000001fc', '9e351337-2fb4-f846-0000-0000000001fb', '{"loyalty": true, "parking": false}');
INSERT INTO public.customer_history VALUES ('2024-06-01 08:00:00.124+00', 562949953421280, 0, 50, 3, '9e351337-2fb4-f846-0000-0000000001fa', '9e351337-2fb4-f846-0000-0000000001fc', '9e351337-2fb4-f846-0000-000000000203', '9e351337-2fb4-f846-0000-0000000001fb', '{"loyalty": false, "parking": false}');
INSERT INTO public.customer_history VALUES ('2024-06-01 08:00:00.125+00', 562949953421280, 738197504, 50, 3, '9e351337-2fb4-f846-0000-0000000001fa', '9e351337-2fb4-f846-0000-0000000001fc', '9e351337-2fb4-f846-0000-000000000205', '9e351337-2fb4-f846-0000-0000000001fb', '{"loyalty": true, "parking": false}');
INSERT INTO public.customer_history VALUES ('2024-06-01 08:00:00.126+00', 580964351930793984, 0, 50, 4, '9e351337-2fb4-f846-0000-0000000001fa', '9e351337-2fb4-f846-0000-0000000001fc', '9e351337-2fb4-f846-0000-000000000207', '9e351337-2fb4-f846-0000-0000000001fb', NULL);
INSERT INTO public.customer_history VALUES ('2024-06-01 08:00:00.127+00', 1024, 0, 50, 6, '9e351337-2fb4-f846-0000-0000000001fa', '9e351337-2fb4-f846-0000-0000000001fc', '9e351337-2fb4-f846-0000-000000000209', '9e351337-2fb4-f846-0000-0000000001fb', NULL);
INSERT INTO public.customer_history VALUES ('2024-06-01 08:00:00.128+00', 0, 0, 50, 1, '9e351337-2fb4-f846-0000-0000000001fa', '9e351337-2fb4-f846-0000-00000000020a', '9e351337-2fb4-f846-0000-00000000020a', '9e351337-2fb4-f846-0000-0000000001fb', NULL);
INSERT INTO public.customer_history VALUES ('2024-06-01 08:00:00.128+00', 0, 0, 50, 5, '9e351337-2fb4-f846-0000-0000000001fa', '9e351337-2fb4-f846-0000-00000000020a', '9e351337-2fb4-f846-0000-000000000211', '9e351337-2fb4-f846-0000-0000000001fb', NULL);
INSERT INTO public.customer_installation VALUES (50, '9e351337-2fb4-f846-0000-0000000001fa', '9e351337-2fb4-f846-0000-0000000001fc', 'install 2', '2024-06-01 08:00:00.126+00', '{"os": "ios", "wpa2_enterprise_installed": true}');
INSERT INTO public.customer_key VALUES (50, '9e351337-2fb4-f846-0000-0000000001fa', 1, '+393331234567', 0, '9e351337-2fb4-f846-0000-0000000001fc');
INSERT INTO public.customer_key VALUES (50, '9e351337-2fb4-f846-0000-0000000001fa', 2, 'mario.rossi@example.org', 0, '9e351337-2fb4-f846-0000-0000000001fc');
INSERT INTO public.customer_key VALUES (50, '9e351337-2fb4-f846-0000-0000000001fa', 3, 'ext 1', 0, '9e351337-2fb4-f846-0000-0000000001fc');
INSERT INTO public.customer_key VALUES (50, '9e351337-2fb4-f846-0000-0000000001fa', 4, 'prop 1', 0, '9e351337-2fb4-f846-0000-0000000001fc');
INSERT INTO public.customer_key VALUES (50, '9e351337-2fb4-f846-0000-0000000001fa', 5, 'prop 2', 0, '9e351337-2fb4-f846-0000-0000000001fc');
INSERT INTO public.customer_key VALUES (50, '9e351337-2fb4-f846-0000-0000000001fa', 6, 'guid 1', 0, '9e351337-2fb4-f846-0000-0000000001fc');
INSERT INTO public.guestbook_migration VALUES (1, 'registry', '2026-12-01 16:08:44.523434+00', true, '\xe4c669b2c5cbb433b0f717619b468a0190a693a3d7869e851b13b76df88bc1044aba43467b41a6693fccc749bc7d2e7e', 26614097);
INSERT INTO public.guestbook_migration VALUES (2, 'distribution', '2026-12-01 16:08:44.551718+00', true, '\xb10a8dede9ee5554e3f40cd571e4550115cb7d65d553879e526077a288761edfbca84951efae4cae90939d912f1577fa', 3540341);
INSERT INTO public.guestbook_migration VALUES (3, 'locations', '2026-12-01 16:08:44.555999+00', true, '\x9589ff56ada0d715eb85a2a38806dc3663031f9e9e31db62a52340408c06362dbf9fc6619b7602fff7b2be90b65760b2', 3306155);
INSERT INTO public.guestbook_migration VALUES (4, 'receipts', '2026-12-01 16:08:44.559492+00', true, '\xf26036d1048670a9a1f60915d24cbaaa5857f07f90cd817f89fa285896de22e24a86e3008a70b43fb4a213090471dc92', 4141467);
INSERT INTO public.guestbook_migration VALUES (5, 'installations', '2026-12-01 16:08:44.563865+00', true, '\x0abbdeacf5233bf24c4af86202d8b2cfd354468155c9910e2e53e7754e7b9d219484a0017c6afe204f80e45f06775f8b', 7564599);
INSERT INTO public.guestbook_migration VALUES (6, 'history', '2026-12-01 16:08:44.571639+00', true, '\x2d3e64fd6930d8f8d90a5d55483f6929a7b6d149309838ff4fb80062dd6041da8eff1d8d96d04c5869fe30776db29d0b', 1631563);
INSERT INTO public.guestbook_migration VALUES (7, 'customer by username', '2026-12-01 16:08:44.573416+00', true, '\x4ebb48bbdc071e62d0c6ae3af3e26d9cbd9f53bd0b727c76c4d65d1c582d9c6dd4927ccca2d32f963c988410b86aa047', 847728);
INSERT INTO public.guestbook_migration VALUES (8, 'network sessions', '2026-12-01 16:08:44.574353+00', true, '\x72a3ff6383bfb716b14aa9e5ee611909e129d7b6ed4011f83af3d3421e8b0899bafa20efb20d6f58158a923d902319ca', 5822172);
INSERT INTO public.guestbook_migration VALUES (9, 'redemptions', '2026-12-01 16:08:44.580312+00', true, '\x218f227824f0573ecdd3ecfa0c08a1d98be5f2da9bf889047040879bbf2f3bc7e38142bcad2761b8d584dddc5b281be3', 310233);
INSERT INTO public.guestbook_migration VALUES (10, 'forwarding', '2026-12-01 16:08:44.580693+00', true, '\x8c1e4df586ec11558135841c4a5c2d20a45cbbd548ebdbe8ecd5ff18c3b94a86f06f89e4c7bd5f74ae4f894a11509ddd', 5540828);
INSERT INTO public.guestbook_migration VALUES (11, 'forwarding leases', '2026-12-01 16:08:44.586372+00', true, '\x701fb41ce4d1abf6b24b92d5fe4fc9c64644dc09aba53bfcd291ba26e03475a34f8412ff5544c04d6255e8280953f7ad', 2638846);
INSERT INTO public.guestbook_migration VALUES (14, 'one way to each row', '2026-12-01 16:08:44.589122+00', true, '\x570dbaefecb67eeeac8e154966605228f19f1224841311a9207c4c30f3d5087e3957dd73a99c46e37bc6bed0f3527a77', 2737682);
INSERT INTO public.guestbook_migration VALUES (16, 'restore', '2026-12-01 16:08:44.592408+00', true, '\x7e437af2695d3b554e5fcaf9a27507a1064b0d282a7a0868f34259814bc6399d6a1df9f0e36c3625000b42d9457ef8a4', 6226817);
INSERT INTO public.guestbook_migration VALUES (17, 'network session runs', '2026-12-01 16:08:44.598373+00', true, '\xb4dac9c48b8d29b9d4dafe9e4b987f861fd0f29f3f63b3ed74771b9f1012106551fb4b495b9394632815de0f14f42cbe', 2863313);
INSERT INTO public.key_check VALUES (true, '\x0000000000000000000000000000000000000000000000000000000000000000000000009e3513372fb4f84600000000000001f8c2d0c0d6d1c7cacace');
INSERT INTO public.location VALUES (50, '9e351337-2fb4-f846-0000-0000000001fa', '9e351337-2fb4-f846-0000-0000000001f9', 'Lobby', '{}');
INSERT INTO public.organization VALUES (50, '9e351337-2fb4-f846-0000-0000000001fa', 'Grand Hotel', '9e351337-2fb4-f846-0000-0000000001f9', '{"tokenHits": null, "tokenLife": 300, "answerCredentialsOnHit": false}', '2024-06-01 08:00:00.123+00', false, 0);
ALTER TABLE ONLY public.customer_history
    ADD CONSTRAINT customer_history_pkey PRIMARY KEY (bucket, organization_id, customer_id, id);
ALTER TABLE ONLY public.customer_installation
    ADD CONSTRAINT customer_installation_pkey PRIMARY KEY (bucket, organization_id, customer_id, install_id);
ALTER TABLE ONLY public.customer_key
    ADD CONSTRAINT customer_key_pkey PRIMARY KEY (bucket, organization_id, kind, value, rank);
ALTER TABLE ONLY public.customer
    ADD CONSTRAINT customer_pkey PRIMARY KEY (bucket, organization_id, id);
ALTER TABLE ONLY public.customer_receipt
    ADD CONSTRAINT customer_receipt_pkey PRIMARY KEY (bucket, organization_id, key);
ALTER TABLE ONLY public.customer_token
    ADD CONSTRAINT customer_token_pkey PRIMARY KEY (bucket, hash);
ALTER TABLE ONLY public.forwarding_account
    ADD CONSTRAINT forwarding_account_pkey PRIMARY KEY (bucket, organization_id);
ALTER TABLE ONLY public.forwarding
    ADD CONSTRAINT forwarding_pkey PRIMARY KEY (bucket, organization_id, customer_id);
ALTER TABLE ONLY public.guestbook_migration
    ADD CONSTRAINT guestbook_migration_pkey PRIMARY KEY (version);
ALTER TABLE ONLY public.housekeeping
    ADD CONSTRAINT housekeeping_pkey PRIMARY KEY (only_row);
ALTER TABLE ONLY public.key_check
    ADD CONSTRAINT key_check_pkey PRIMARY KEY (only_row);
ALTER TABLE ONLY public.location
    ADD CONSTRAINT location_pkey PRIMARY KEY (bucket, organization_id, id);
ALTER TABLE ONLY public.network_session
    ADD CONSTRAINT network_session_pkey PRIMARY KEY (bucket, organization_id, nas_identifier, nas_address, acct_session_id, run);
ALTER TABLE ONLY public.organization
    ADD CONSTRAINT organization_pkey PRIMARY KEY (bucket, id);
ALTER TABLE ONLY public.sealing_key
    ADD CONSTRAINT sealing_key_pkey PRIMARY KEY (number);
ALTER TABLE ONLY public.service
    ADD CONSTRAINT service_client_key_key UNIQUE (client_key);
ALTER TABLE ONLY public.service
    ADD CONSTRAINT service_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.session_ended
    ADD CONSTRAINT session_ended_pkey PRIMARY KEY (service_id, id);
ALTER TABLE ONLY public.signing_key
    ADD CONSTRAINT signing_key_pkey PRIMARY KEY (only_row);
CREATE INDEX customer_by_username ON public.customer USING btree (bucket, organization_id, username COLLATE "C") WHERE (username <> ''::text);
CREATE INDEX customer_receipt_answered_at ON public.customer_receipt USING btree (answered_at);
CREATE INDEX customer_token_customer ON public.customer_token USING btree (customer_id);
CREATE INDEX customer_token_expires_at ON public.customer_token USING btree (expires_at);
CREATE UNIQUE INDEX customer_username ON public.customer USING btree (username, ((organization_id)::text));
CREATE INDEX forwarding_dead ON public.forwarding USING btree (bucket, organization_id, customer_id) WHERE (given_up_at IS NOT NULL);
CREATE INDEX forwarding_due ON public.forwarding USING btree (bucket, organization_id, due_at) WHERE (due_at IS NOT NULL);
CREATE INDEX forwarding_oldest ON public.forwarding USING btree (bucket, organization_id, waiting_since) WHERE (waiting_since IS NOT NULL);
CREATE INDEX forwarding_taken ON public.forwarding USING btree (bucket, organization_id) WHERE taken;
CREATE INDEX network_session_customer ON public.network_session USING btree (customer_id, id);
CREATE INDEX network_session_open ON public.network_session USING btree (bucket, organization_id, nas_identifier, nas_address) WHERE (ended_at IS NULL);
CREATE UNIQUE INDEX service_bearer ON public.service USING btree (bearer);
CREATE INDEX session_ended_expires_at ON public.session_ended USING btree (expires_at);
