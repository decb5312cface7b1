-- Codes by SMS, image challenges and failed logins: all short-lived, none of them a tenant's. A code is stored as a salted hash;
-- it lives minutes and dies with its tries. New tables, no lock, no backfill.
CREATE TABLE members.code (
    id         bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    purpose    text        NOT NULL CHECK (purpose IN ('ENTER', 'MOBILE', 'RESET')),
    subject    text        NOT NULL, -- vid for ENTER, else uid
    vid        text        NOT NULL,
    mobile     text        NOT NULL,
    address    text        NOT NULL,
    salt       bytea       NOT NULL,
    hash       bytea       NOT NULL,
    tries      int         NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at    timestamptz
);
CREATE INDEX code_of_number ON members.code (mobile, created_at);
CREATE INDEX code_of_address ON members.code (address, created_at);
CREATE INDEX code_of_vendor ON members.code (vid, created_at);
CREATE INDEX code_age ON members.code (created_at);

CREATE TABLE members.challenge (
    id         text        PRIMARY KEY,
    salt       bytea       NOT NULL,
    hash       bytea       NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX challenge_age ON members.challenge (expires_at);

CREATE TABLE members.failure (
    who text        NOT NULL,
    at  timestamptz NOT NULL
);
CREATE INDEX failure_who ON members.failure (who, at);
CREATE INDEX failure_age ON members.failure (at);
-- WeChat accounts that a member unbound: they don't log in, nor make a new member, until somebody binds them again (A-054).
CREATE TABLE members.unbound (
    vid     text        NOT NULL,
    open_id text        NOT NULL,
    at      timestamptz NOT NULL,
    PRIMARY KEY (vid, open_id)
);
REVOKE ALL ON members.code, members.challenge, members.failure, members.unbound FROM weir_app;
