-- Channels of unbilled water: for who checks a device before it is let out (A-174), and for who tries it (A-175). A new table and a
-- nullable column: short locks, no backfill.
CREATE TABLE dispense.channel (
    id         bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant     text        NOT NULL, -- of the device's owner when it was opened
    device_id  text        NOT NULL,
    kind       text        NOT NULL CHECK (kind IN ('QC', 'TRIAL')),
    uid        text,                 -- the member who may use it; NULL: the vendor's own people
    volume_ml  bigint      NOT NULL CHECK (volume_ml > 0),
    until      timestamptz NOT NULL,
    remark     text        NOT NULL,
    opened_by  text        NOT NULL,
    created_at timestamptz NOT NULL,
    ended_at   timestamptz
);
CREATE INDEX channel_of_device ON dispense.channel (device_id, id);
SELECT weir.protect('dispense.channel');

ALTER TABLE dispense.dispense ADD COLUMN channel bigint;
CREATE INDEX dispense_of_channel ON dispense.dispense (channel) WHERE channel IS NOT NULL;
