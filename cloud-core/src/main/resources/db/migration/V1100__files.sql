-- Files that devices upload. New schema, no lock, no backfill.
CREATE SCHEMA files;
SELECT weir.open_schema('files');

-- A file, or one that is still on its way (finished_at null). tenant is the owner at the time of the upload: files stay behind
-- when a device changes hands. received counts the bytes that are there without a hole; crc is of those bytes.
CREATE TABLE files.file (
    id          text        PRIMARY KEY CHECK (id ~ '^[a-z0-9]{26}$'),
    tenant      text        NOT NULL,
    device_id   text        NOT NULL,
    name        text        NOT NULL,
    size        bigint      NOT NULL CHECK (size >= -1),
    conflict    text        NOT NULL CHECK (conflict IN ('overwrite', 'append', 'reject')),
    checksum    text        NOT NULL,
    init_uid    text        NOT NULL,
    received    bigint      NOT NULL DEFAULT 0,
    crc         bigint      NOT NULL DEFAULT 0,
    created_at  timestamptz NOT NULL,
    finished_at timestamptz
) WITH (fillfactor = 70);
CREATE UNIQUE INDEX file_name ON files.file (tenant, device_id, name) WHERE finished_at IS NOT NULL;
CREATE INDEX file_device ON files.file (device_id, created_at);
CREATE INDEX file_unfinished ON files.file (created_at) WHERE finished_at IS NULL;
SELECT weir.protect('files.file');

CREATE TABLE files.piece (
    file_id text   NOT NULL REFERENCES files.file (id) ON DELETE CASCADE,
    tenant  text   NOT NULL,
    at      bigint NOT NULL,
    bytes   bytea  NOT NULL,
    PRIMARY KEY (file_id, at)
);
ALTER TABLE files.piece ALTER COLUMN bytes SET STORAGE EXTERNAL;
SELECT weir.protect('files.piece');
