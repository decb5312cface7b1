-- Remote configuration of products, and its pushes to devices. New schema, no lock, no backfill.
CREATE SCHEMA configuration;
SELECT weir.open_schema('configuration');

-- A product that has, or had, a configuration. active is the version in force. No foreign key to the versions: two tables that
-- refer to each other could not be restored one after the other (ADR 008).
CREATE TABLE configuration.product (
    product_id  bigint      PRIMARY KEY,
    tenant      text        NOT NULL,
    product_key text        NOT NULL UNIQUE,
    enabled     boolean     NOT NULL DEFAULT false,
    active      int,
    latest      int         NOT NULL DEFAULT 0,
    updated_at  timestamptz NOT NULL
);
SELECT weir.protect('configuration.product');

-- A version never changes. document is JSON text as it was given: size and sha256 are of its UTF-8 bytes.
CREATE TABLE configuration.version (
    id         text        PRIMARY KEY CHECK (id ~ '^[a-z0-9]{26}$'),
    product_id bigint      NOT NULL REFERENCES configuration.product,
    version    int         NOT NULL CHECK (version > 0),
    tenant     text        NOT NULL,
    document   text        NOT NULL,
    size       int         NOT NULL,
    sha256     text        NOT NULL,
    author     text        NOT NULL,
    created_at timestamptz NOT NULL,
    UNIQUE (product_id, version)
);
SELECT weir.protect('configuration.version');

-- A push of one version. It is open until ended_at is set: when all its devices have it, or at until.
CREATE TABLE configuration.push (
    id         text        PRIMARY KEY CHECK (id ~ '^[a-z0-9]{26}$'),
    product_id bigint      NOT NULL REFERENCES configuration.product,
    version_id text        NOT NULL REFERENCES configuration.version,
    version    int         NOT NULL,
    tenant     text        NOT NULL,
    author     text        NOT NULL,
    created_at timestamptz NOT NULL,
    until      timestamptz NOT NULL,
    ended_at   timestamptz
);
CREATE INDEX push_open ON configuration.push (until) WHERE ended_at IS NULL;
CREATE INDEX push_product ON configuration.push (product_id, created_at);
SELECT weir.protect('configuration.push');

-- One device of a push. next_at: when it is tried (PENDING), or given up waiting for a reply (SENT).
CREATE TABLE configuration.target (
    push_id    text        NOT NULL REFERENCES configuration.push ON DELETE CASCADE,
    device_id  text        NOT NULL,
    tenant     text        NOT NULL,
    state      text        NOT NULL DEFAULT 'PENDING' CHECK (state IN ('PENDING', 'SENT', 'ACKNOWLEDGED', 'FAILED')),
    code       int,
    reason     text,
    tries      int         NOT NULL DEFAULT 0,
    next_at    timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (push_id, device_id)
) WITH (fillfactor = 70);
CREATE INDEX target_due ON configuration.target (next_at) WHERE state IN ('PENDING', 'SENT');
CREATE INDEX target_device ON configuration.target (device_id) WHERE state IN ('PENDING', 'SENT');
SELECT weir.protect('configuration.target');
