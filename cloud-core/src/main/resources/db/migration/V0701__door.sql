-- Remote gateways (DESIGN section 2, remote mode; section 5, enrolment): the authority that signs their certificates, one-time
-- tokens, every certificate ever signed, and which connection of a gateway is the newest. Infrastructure of the platform, no
-- tenant's rows: weir_app has no business here. New tables, no lock, no backfill.
CREATE SCHEMA door;
SELECT weir.open_schema('door');

-- One authority per database. Its private key is sealed with AES-GCM under a key file that is not in the database (SecretBox).
CREATE TABLE door.authority (
    id          integer     PRIMARY KEY CHECK (id = 1),
    certificate text        NOT NULL,
    sealed_key  bytea       NOT NULL,
    key_id      text        NOT NULL,
    created_at  timestamptz NOT NULL
);

CREATE TABLE door.token (
    hash       bytea       PRIMARY KEY CHECK (length(hash) = 32),
    gateway_id text        NOT NULL CHECK (gateway_id ~ '^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$'),
    made_by    text        NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at    timestamptz
);
CREATE INDEX token_expiry ON door.token (expires_at);

CREATE TABLE door.certificate (
    serial     text        PRIMARY KEY CHECK (serial ~ '^[0-9a-f]{1,40}$'),
    gateway_id text        NOT NULL,
    signed_at  timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz,
    revoked_by text
);
CREATE INDEX certificate_of_gateway ON door.certificate (gateway_id) WHERE revoked_at IS NULL;

-- The newest connection of a gateway: whoever has an older epoch closes it.
CREATE TABLE door.connection (
    gateway_id text        PRIMARY KEY,
    epoch      bigint      NOT NULL,
    node       text        NOT NULL,
    opened_at  timestamptz NOT NULL
);
REVOKE ALL ON ALL TABLES IN SCHEMA door FROM weir_app;
