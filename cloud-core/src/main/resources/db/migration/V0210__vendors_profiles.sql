-- Vendors, agents, dealers and partners as accounts of a business: profile, secrets, signing records, settings, staff
-- (AX-01..13, sections six and nine, the open platform's guide). New columns have constant defaults: no rewrite, a short lock.
ALTER TABLE vendors.tenant
    ADD COLUMN owner       text,        -- name of its first login
    ADD COLUMN owner_uid   text,
    ADD COLUMN type        smallint    NOT NULL DEFAULT 0,
    ADD COLUMN abbv        text        NOT NULL DEFAULT '',
    ADD COLUMN logo        text        NOT NULL DEFAULT '',
    ADD COLUMN domain      text        NOT NULL DEFAULT '',
    ADD COLUMN contact     text        NOT NULL DEFAULT '',
    ADD COLUMN mobile      text        NOT NULL DEFAULT '',
    ADD COLUMN wechat      text        NOT NULL DEFAULT '',
    ADD COLUMN email       text        NOT NULL DEFAULT '',
    ADD COLUMN area        text        NOT NULL DEFAULT '',
    ADD COLUMN address     text        NOT NULL DEFAULT '',
    ADD COLUMN remark      text        NOT NULL DEFAULT '',
    ADD COLUMN mp_gid      text        NOT NULL DEFAULT '',
    ADD COLUMN mp_appid    text        NOT NULL DEFAULT '',
    ADD COLUMN mch_gid     text        NOT NULL DEFAULT '',
    ADD COLUMN mch_appid   text        NOT NULL DEFAULT '',
    ADD COLUMN mp_secret_set  boolean NOT NULL DEFAULT false,
    ADD COLUMN mch_secret_set boolean NOT NULL DEFAULT false,
    ADD COLUMN modules     text[],      -- NULL: all
    ADD COLUMN signed      boolean     NOT NULL DEFAULT true,
    ADD COLUMN service_phone text      NOT NULL DEFAULT '',
    ADD COLUMN service_hours text      NOT NULL DEFAULT '',
    ADD COLUMN notice      text        NOT NULL DEFAULT '',
    ADD COLUMN closed_at   timestamptz;
CREATE INDEX tenant_list ON vendors.tenant (kind, tenant text_pattern_ops);

-- Write-only over the API; sealed under the key whose id stands beside it.
CREATE TABLE vendors.secret (
    vid    text  NOT NULL REFERENCES vendors.tenant,
    name   text  NOT NULL CHECK (name IN ('mp_secret', 'mch_secret')),
    key_id text  NOT NULL,
    sealed bytea NOT NULL,
    PRIMARY KEY (vid, name)
);
REVOKE ALL ON vendors.secret FROM weir_app;

CREATE TABLE vendors.signing (
    id           bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    vid          text        NOT NULL REFERENCES vendors.tenant,
    tenant       text        NOT NULL,
    state        text        NOT NULL CHECK (state IN ('DRAFT', 'SUBMITTED', 'REJECTED', 'SIGNED', 'ENDED')),
    agreement    text        NOT NULL,
    company      text        NOT NULL,
    licence_no   text        NOT NULL,
    contact      text        NOT NULL,
    mobile       text        NOT NULL,
    valid_from   date,
    valid_to     date,
    reason       text        NOT NULL DEFAULT '',
    created_at   timestamptz NOT NULL,
    changed_at   timestamptz NOT NULL
);
CREATE INDEX signing_of ON vendors.signing (vid, id);
CREATE INDEX signing_end ON vendors.signing (valid_to) WHERE state = 'SIGNED';
SELECT weir.protect('vendors.signing');

CREATE TABLE vendors.staff_role (
    id         bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant     text        NOT NULL,
    name       text        NOT NULL,
    operations text[]      NOT NULL,
    menus      text[]      NOT NULL,
    created_at timestamptz NOT NULL,
    UNIQUE (tenant, name)
);
SELECT weir.protect('vendors.staff_role');

CREATE TABLE vendors.staff (
    uid        text        PRIMARY KEY,
    tenant     text        NOT NULL,
    login      text        NOT NULL,
    name       text        NOT NULL,
    role       text        NOT NULL, -- a built-in one, or CUSTOM with role_id
    role_id    bigint      REFERENCES vendors.staff_role,
    state      int         NOT NULL,
    remark     text        NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL
);
CREATE INDEX staff_of ON vendors.staff (tenant text_pattern_ops, uid);
SELECT weir.protect('vendors.staff');
