-- Answers of operations that create or move money, by the caller's key (DESIGN section 4): the same key with the same
-- request gets the stored answer for 7 days. A row without a status is being worked on until its lease ends; after a crash
-- the same request runs again, which is safe because contexts are idempotent by the key too. New table, no lock, no backfill.
CREATE SCHEMA http;
SELECT weir.open_schema('http');

CREATE TABLE http.idempotency (
    caller      text        NOT NULL,
    operation   text        NOT NULL,
    key         text        NOT NULL,
    hash        bytea       NOT NULL,
    owner       uuid        NOT NULL,
    lease_until timestamptz NOT NULL,
    status      integer,
    body        bytea,
    created_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (caller, operation, key)
);
CREATE INDEX idempotency_age ON http.idempotency (created_at);
-- Infrastructure, not tenant data: only the pipeline itself reads it.
REVOKE ALL ON http.idempotency FROM weir_app;
