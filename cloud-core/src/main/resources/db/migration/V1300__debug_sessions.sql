-- Who watched which device, and when. Rows are only added, and closed once: they are the audit. New schema, no lock, no backfill.
CREATE SCHEMA debug;
SELECT weir.open_schema('debug');

CREATE TABLE debug.session (
    id         text        PRIMARY KEY CHECK (id ~ '^[a-z0-9]{26}$'),
    device_id  text        NOT NULL,
    tenant     text        NOT NULL,
    opened_by  text        NOT NULL,
    role       text        NOT NULL,
    request_id text        NOT NULL,
    opened_at  timestamptz NOT NULL,
    until      timestamptz NOT NULL,
    closed_at  timestamptz,
    closed_by  text,
    CHECK ((closed_at IS NULL) = (closed_by IS NULL))
);
CREATE INDEX session_of_device ON debug.session (device_id, opened_at);
CREATE INDEX session_of_tenant ON debug.session (tenant, until) WHERE closed_at IS NULL;
SELECT weir.protect('debug.session');
REVOKE UPDATE, DELETE ON debug.session FROM weir_app;
GRANT UPDATE (closed_at, closed_by) ON debug.session TO weir_app;
