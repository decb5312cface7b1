-- Ways to WeChat and back that somebody has begun (RFC 6749, 10.12): whoever comes back must be who went. Short-lived, none of a tenant's;
-- hashes only. A new table, no lock, no backfill.
CREATE TABLE members.wechat_state (
    hash       bytea       PRIMARY KEY, -- SHA-256 of the state
    vid        text        NOT NULL,
    owner      bytea       NOT NULL, -- SHA-256 of what only who began knows: the verifier, or member and session
    expires_at timestamptz NOT NULL
);
CREATE INDEX wechat_state_age ON members.wechat_state (expires_at);
REVOKE ALL ON members.wechat_state FROM weir_app;
