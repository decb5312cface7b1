-- Sessions, refresh tokens and the key that signs access tokens. The key is made at birth and read by every node, so all
-- agree. Nothing of this is visible to weir_app. New tables, no lock, no backfill.
CREATE SCHEMA tokens;
SELECT weir.open_schema('tokens');

CREATE TABLE tokens.signing_key (
    id         integer     PRIMARY KEY CHECK (id = 1),
    secret     bytea       NOT NULL CHECK (length(secret) = 64),
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE tokens.session (
    sid        text        PRIMARY KEY,
    uid        text        NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    ended_at   timestamptz,
    reason     text
);
CREATE INDEX session_uid ON tokens.session (uid) WHERE ended_at IS NULL;
CREATE INDEX session_ended ON tokens.session (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX session_expiry ON tokens.session (expires_at);

-- One row per refresh token ever given out in a session (its family). A token shown twice ends the session.
CREATE TABLE tokens.refresh (
    hash       bytea       PRIMARY KEY,
    sid        text        NOT NULL REFERENCES tokens.session ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT now(),
    used_at    timestamptz
);
CREATE INDEX refresh_sid ON tokens.refresh (sid);
REVOKE ALL ON ALL TABLES IN SCHEMA tokens FROM weir_app;
