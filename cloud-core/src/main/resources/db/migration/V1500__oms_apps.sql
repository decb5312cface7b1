-- Apps of enterprises: credentials that sign for OMS tokens, and the timestamps they have used. Secrets are sealed; nothing of this
-- is visible to weir_app. New tables, no lock, no backfill.
CREATE SCHEMA oms;
SELECT weir.open_schema('oms');

CREATE TABLE oms.app (
    app_id     text        PRIMARY KEY,
    tenant     text        NOT NULL,
    vid        text,
    name       text        NOT NULL,
    key_id     text        NOT NULL,
    sealed     bytea       NOT NULL,
    old_key_id text,
    old_sealed bytea,
    old_until  timestamptz,
    created_at timestamptz NOT NULL,
    revoked_at timestamptz
);
CREATE INDEX app_of ON oms.app (vid, created_at);

-- A signature is good once: the key refuses the second one.
CREATE TABLE oms.stamp (
    app_id text        NOT NULL REFERENCES oms.app,
    stamp  bigint      NOT NULL, -- milliseconds of the epoch
    at     timestamptz NOT NULL,
    PRIMARY KEY (app_id, stamp)
);
CREATE INDEX stamp_age ON oms.stamp (at);
REVOKE ALL ON ALL TABLES IN SCHEMA oms FROM weir_app;
