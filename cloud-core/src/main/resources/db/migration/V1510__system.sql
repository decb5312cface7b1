-- The cloud's nodes as they last said what they run and how it does. Infrastructure, no tenant's; out of weir_app's reach. New table.
CREATE SCHEMA system;
SELECT weir.open_schema('system');

CREATE TABLE system.node (
    node     text        PRIMARY KEY,
    role     text        NOT NULL,
    services text        NOT NULL, -- JSON: by service, why it is down, empty when it is up
    seen_at  timestamptz NOT NULL
);
REVOKE ALL ON system.node FROM weir_app;
