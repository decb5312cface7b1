-- The tenant tree: vendors below the platform, agents below vendors, dealers below agents, partners anywhere (DESIGN section 4).
-- The path is the key that scopes compare: /DEMO/A001/D001/. New table, no lock, no backfill.
CREATE SCHEMA vendors;
SELECT weir.open_schema('vendors');

CREATE TABLE vendors.tenant (
    id         text        PRIMARY KEY CHECK (id ~ '^[0-9A-F]{16}$'), -- the seed's vid (A-010)
    tenant     text        NOT NULL UNIQUE CHECK (tenant ~ '^/([0-9A-Z]{4}/)+$' AND tenant NOT LIKE '/0000/%'),
    parent     text        NOT NULL,
    kind       text        NOT NULL CHECK (kind IN ('VENDOR', 'AGENT', 'DEALER', 'PARTNER')),
    name       text        NOT NULL,
    zone       text        NOT NULL,
    state      integer     NOT NULL DEFAULT 2 CHECK (state BETWEEN 0 AND 2),
    created_at timestamptz NOT NULL
);
CREATE INDEX tenant_parent ON vendors.tenant (parent);
SELECT weir.protect('vendors.tenant');
