-- Accounts of all roles. uid = vendor's code (0000 = platform) + 16 upper-case hex from a sequence, so never reused (A-007).
-- Password hashes stand apart, out of weir_app's reach. New tables, no lock, no backfill.
CREATE SCHEMA members;
SELECT weir.open_schema('members');

CREATE SEQUENCE members.account_number;

CREATE TABLE members.account (
    uid        text        PRIMARY KEY CHECK (uid ~ '^[0-9A-Z]{4}[0-9A-F]{16}$'),
    tenant     text        NOT NULL CHECK (tenant ~ '^/([0-9A-Z]{4}/)*$'),
    vid        text        CHECK (vid ~ '^[0-9A-F]{16}$'),
    role       text        NOT NULL,
    name       text        NOT NULL,
    mobile     text,
    state      integer     NOT NULL CHECK (state BETWEEN 0 AND 2), -- 0 disabled, 1 inactive, 2 active (A-042)
    rid        text        REFERENCES members.account,
    created_at timestamptz NOT NULL,
    CHECK (role <> 'MEMBER' OR (mobile IS NOT NULL AND vid IS NOT NULL))
);
-- Names are platform-wide for everybody who logs in by name; a mobile is unique among a vendor's members.
CREATE UNIQUE INDEX account_name ON members.account (lower(name)) WHERE role <> 'MEMBER';
CREATE UNIQUE INDEX account_mobile ON members.account (vid, mobile) WHERE role = 'MEMBER';
CREATE INDEX account_tenant ON members.account (tenant);
SELECT weir.protect('members.account', 'uid');

CREATE TABLE members.credential (
    uid        text        PRIMARY KEY REFERENCES members.account,
    hash       text        NOT NULL,
    changed_at timestamptz NOT NULL
);
REVOKE ALL ON members.credential FROM weir_app;
