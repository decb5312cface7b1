-- Data-parsing scripts of products (ADR 014). A version is a draft until it is published, and never changes after; there is
-- one draft at most. script_version says which one is in force. New table and a nullable column: a short lock, no backfill.
CREATE TABLE devices.script (
    product_id   bigint      NOT NULL REFERENCES devices.product,
    version      int         NOT NULL CHECK (version > 0),
    tenant       text        NOT NULL,
    source       text        NOT NULL,
    raw          boolean,    -- reads and writes raw bytes; NULL while it is a draft
    author       text        NOT NULL,
    updated_at   timestamptz NOT NULL,
    published_at timestamptz,
    PRIMARY KEY (product_id, version)
);
CREATE UNIQUE INDEX script_one_draft ON devices.script (product_id) WHERE published_at IS NULL;
SELECT weir.protect('devices.script');

-- No foreign key back: two tables that refer to each other could not be restored one after the other (ADR 008).
ALTER TABLE devices.product ADD COLUMN script_version int;
