-- The audit log: entries in the transaction of the deed, linked into a chain of hashes for each vendor soon after (ADR 017). New schema.
CREATE SCHEMA audit;
SELECT weir.open_schema('audit');

-- before and after are JSON text as it was hashed, secrets struck out.
CREATE TABLE audit.entry (
    id         bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant     text        NOT NULL,
    at         timestamptz NOT NULL,
    actor      text        NOT NULL,
    role       text        NOT NULL,
    scope      text        NOT NULL,
    action     text        NOT NULL,
    target     text        NOT NULL,
    before     text,
    after      text,
    request_id text        NOT NULL
);
CREATE INDEX entry_tenant ON audit.entry (tenant text_pattern_ops, id);
CREATE INDEX entry_target ON audit.entry (target, id);
CREATE INDEX entry_actor ON audit.entry (actor, id);
SELECT weir.protect('audit.entry');
REVOKE UPDATE, DELETE ON audit.entry FROM weir_app, weir_system;

-- Entries that no chain has yet.
CREATE TABLE audit.pending (
    entry_id bigint PRIMARY KEY
);
REVOKE SELECT, UPDATE, DELETE ON audit.pending FROM weir_app;

-- tenant: the vendor's path, or / for the platform's own. seq without holes; hash covers the one before it and the whole entry.
CREATE TABLE audit.link (
    tenant   text   NOT NULL,
    seq      bigint NOT NULL,
    entry_id bigint NOT NULL UNIQUE REFERENCES audit.entry,
    hash     bytea  NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (tenant, seq)
);
SELECT weir.protect('audit.link');
REVOKE INSERT, UPDATE, DELETE ON audit.link FROM weir_app;
REVOKE UPDATE, DELETE ON audit.link FROM weir_system;
