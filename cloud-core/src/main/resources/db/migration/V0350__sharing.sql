-- Who holds a device, with whom it is shared, and groups (AB-11, AB-13, AB-15, AB-16, O-046). New tables, no lock, no backfill.
CREATE SCHEMA sharing;
SELECT weir.open_schema('sharing');

-- The key is what lets one of two members win.
CREATE TABLE sharing.binding (
    device_id text        PRIMARY KEY,
    tenant    text        NOT NULL, -- the device's
    uid       text        NOT NULL,
    bound_at  timestamptz NOT NULL
);
CREATE INDEX binding_of ON sharing.binding (uid, device_id);
SELECT weir.protect('sharing.binding');

CREATE TABLE sharing.share (
    id          bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    device_id   text        NOT NULL REFERENCES sharing.binding ON DELETE CASCADE,
    tenant      text        NOT NULL,
    owner_uid   text        NOT NULL,
    uid         text,       -- the guest, once it is accepted
    rights      text[]      NOT NULL,
    code_hash   bytea,      -- of an offer
    expires_at  timestamptz,
    created_at  timestamptz NOT NULL,
    accepted_at timestamptz
);
CREATE UNIQUE INDEX share_once ON sharing.share (device_id, uid) WHERE uid IS NOT NULL;
CREATE UNIQUE INDEX share_code ON sharing.share (code_hash) WHERE code_hash IS NOT NULL;
CREATE INDEX share_of ON sharing.share (uid) WHERE uid IS NOT NULL;
SELECT weir.protect('sharing.share');

CREATE TABLE sharing.grp (
    id         bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant     text        NOT NULL, -- the vendor's
    name       text        NOT NULL,
    owner_uid  text        NOT NULL,
    code_hash  bytea       NOT NULL UNIQUE,
    created_at timestamptz NOT NULL
);
CREATE INDEX grp_of ON sharing.grp (tenant text_pattern_ops, id);
SELECT weir.protect('sharing.grp');

CREATE TABLE sharing.grp_member (
    grp_id    bigint      NOT NULL REFERENCES sharing.grp ON DELETE CASCADE,
    uid       text        NOT NULL,
    tenant    text        NOT NULL,
    joined_at timestamptz NOT NULL,
    PRIMARY KEY (grp_id, uid)
);
CREATE INDEX grp_member_of ON sharing.grp_member (uid);
SELECT weir.protect('sharing.grp_member');

CREATE TABLE sharing.grp_device (
    grp_id    bigint      NOT NULL REFERENCES sharing.grp ON DELETE CASCADE,
    device_id text        NOT NULL REFERENCES sharing.binding ON DELETE CASCADE,
    tenant    text        NOT NULL, -- the group's
    added_by  text        NOT NULL,
    added_at  timestamptz NOT NULL,
    PRIMARY KEY (grp_id, device_id)
);
CREATE INDEX grp_device_of ON sharing.grp_device (device_id);
SELECT weir.protect('sharing.grp_device');
