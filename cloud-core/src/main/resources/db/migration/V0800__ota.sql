-- OTA: packages of firmware, campaigns that bring them to devices, what came of it. New schema, no lock, no backfill.
CREATE SCHEMA ota;
SELECT weir.open_schema('ota');
SELECT weir.create_fact_tables('ota');

-- Without a size it has no content yet; upload then names whose pieces are being taken. A content that is whole never changes.
-- An empty list of source versions means that any version may be upgraded.
CREATE TABLE ota.package (
    id              text        PRIMARY KEY CHECK (id ~ '^[a-z0-9]{26}$'),
    tenant          text        NOT NULL,
    product_id      bigint      NOT NULL,
    product_key     text        NOT NULL,
    module          text        NOT NULL,
    version         text        NOT NULL,
    source_versions text[]      NOT NULL,
    diff            boolean     NOT NULL,
    mqtt            boolean     NOT NULL,
    ext_data        text        CHECK (octet_length(ext_data) <= 4096),
    stream_id       bigint      GENERATED ALWAYS AS IDENTITY UNIQUE,
    upload          text,
    upload_at       timestamptz,
    size            bigint      CHECK (size > 0),
    md5             text,
    sha256          text,
    created_by      text        NOT NULL,
    created_at      timestamptz NOT NULL,
    CHECK ((size IS NULL) = (md5 IS NULL) AND (size IS NULL) = (sha256 IS NULL)),
    UNIQUE (product_key, module, version, source_versions)
);
CREATE INDEX package_tenant ON ota.package (tenant text_pattern_ops, created_at);
CREATE INDEX package_uploading ON ota.package (upload_at) WHERE size IS NULL AND upload IS NOT NULL;
SELECT weir.protect('ota.package');

-- Pieces of 256 KiB, but for the last: a block that a gateway fetches lies within one.
CREATE TABLE ota.piece (
    package_id text   NOT NULL REFERENCES ota.package (id) ON DELETE CASCADE,
    tenant     text   NOT NULL,
    upload     text   NOT NULL,
    at         bigint NOT NULL,
    bytes      bytea  NOT NULL,
    PRIMARY KEY (package_id, upload, at)
);
ALTER TABLE ota.piece ALTER COLUMN bytes SET STORAGE EXTERNAL;
SELECT weir.protect('ota.piece');

-- What is of its package is copied: the campaign is history when the package is gone. skipped counts devices that were asked
-- for and left out. The maintenance window is in times of day of its zone.
CREATE TABLE ota.campaign (
    id              text        PRIMARY KEY CHECK (id ~ '^[a-z0-9]{26}$'),
    tenant          text        NOT NULL,
    package_id      text        NOT NULL,
    product_key     text        NOT NULL,
    module          text        NOT NULL,
    version         text        NOT NULL,
    name            text        NOT NULL,
    state           text        NOT NULL CHECK (state IN ('WAITING', 'APPROVED', 'RUNNING', 'PAUSED', 'FINISHED', 'CANCELLED')),
    created_by      text        NOT NULL,
    approved_by     text        CHECK (approved_by <> created_by),
    opened          int         NOT NULL,
    pause           text        CHECK (pause IN ('PERSON', 'ERRORS', 'TOO_FEW_SUCCESSES')),
    tolerated       int         NOT NULL,
    allowed_s       int         NOT NULL,
    start_at        timestamptz,
    end_at          timestamptz,
    window_from     time,
    window_to       time,
    window_zone     text,
    devices         int         NOT NULL,
    skipped         int         NOT NULL,
    created_at      timestamptz NOT NULL,
    ended_at        timestamptz,
    CHECK (num_nulls(window_from, window_to, window_zone) IN (0, 3))
) WITH (fillfactor = 70);
CREATE INDEX campaign_tenant ON ota.campaign (tenant text_pattern_ops, created_at);
CREATE INDEX campaign_package ON ota.campaign (package_id);
CREATE INDEX campaign_open ON ota.campaign (state) WHERE state IN ('APPROVED', 'RUNNING', 'PAUSED');
SELECT weir.protect('ota.campaign');

CREATE TABLE ota.campaign_group (
    campaign_id     text NOT NULL REFERENCES ota.campaign (id) ON DELETE CASCADE,
    tenant          text NOT NULL,
    number          int  NOT NULL,
    percent         int  NOT NULL,
    success_percent int  NOT NULL,
    error_percent   int  NOT NULL,
    PRIMARY KEY (campaign_id, number)
);
SELECT weir.protect('ota.campaign_group');

-- A device within a campaign. tenant is the campaign's: who upgrades, not who has the device now. active as long as the
-- campaign is open: a device has one active campaign for each module. due_at is when the device is to be told next, null when
-- there is nothing to tell: it was told, or its group isn't open.
CREATE TABLE ota.upgrade (
    campaign_id text        NOT NULL REFERENCES ota.campaign (id) ON DELETE CASCADE,
    device_id   text        NOT NULL,
    tenant      text        NOT NULL,
    module      text        NOT NULL,
    number      int         NOT NULL,
    state       text        NOT NULL CHECK (state IN ('SCHEDULED', 'NOTIFIED', 'DOWNLOADING', 'VERIFYING', 'SUCCEEDED', 'FAILED', 'CANCELLED')),
    percent     int         NOT NULL,
    attempt     int         NOT NULL,
    pushed_at   timestamptz,
    reason      text,
    words       text        NOT NULL DEFAULT '',
    active      boolean     NOT NULL,
    due_at      timestamptz,
    updated_at  timestamptz NOT NULL,
    PRIMARY KEY (campaign_id, device_id)
) WITH (fillfactor = 70);
CREATE UNIQUE INDEX upgrade_active ON ota.upgrade (device_id, module) WHERE active;
CREATE INDEX upgrade_due ON ota.upgrade (due_at) WHERE active AND due_at IS NOT NULL;
CREATE INDEX upgrade_pushed ON ota.upgrade (pushed_at) WHERE active AND state IN ('NOTIFIED', 'DOWNLOADING', 'VERIFYING');
CREATE INDEX upgrade_tally ON ota.upgrade (campaign_id, number, state);
SELECT weir.protect('ota.upgrade');

-- What devices say they run. Per owner: a new owner of a device begins with nothing of the former one's. told_at is the
-- gateway's clock.
CREATE TABLE ota.module_version (
    device_id text        NOT NULL,
    tenant    text        NOT NULL,
    module    text        NOT NULL,
    version   text        NOT NULL,
    told_at   timestamptz NOT NULL,
    PRIMARY KEY (device_id, tenant, module)
) WITH (fillfactor = 70);
SELECT weir.protect('ota.module_version');
