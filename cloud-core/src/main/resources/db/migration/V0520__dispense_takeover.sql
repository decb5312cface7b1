-- A device that moves between gateways mid-dispense (ADR-011). Columns are added with constant defaults or none, so the tables
-- are not rewritten; the two indexes are on small tables. No backfill: what ended before has no trail and is joined to nothing.

-- Where the counter stood when the dispense began and how far its own gateway saw it go, within one boot of the device.
ALTER TABLE dispense.dispense
    ADD COLUMN trail_boot   text,
    ADD COLUMN trail_base   bigint,
    ADD COLUMN trail_high   bigint,
    ADD COLUMN trail_broken boolean NOT NULL DEFAULT false;

-- The readings behind unordered water, and the dispense that it turned out to belong to.
ALTER TABLE dispense.unattributed
    ADD COLUMN measure_mode smallint,
    ADD COLUMN boot         text,
    ADD COLUMN from_count   bigint,
    ADD COLUMN to_count     bigint,
    ADD COLUMN dispense     text;
CREATE INDEX unattributed_of_device ON dispense.unattributed (device_id) WHERE boot IS NOT NULL AND dispense IS NULL;

-- A device came to rest at a gateway that had not opened it. dispense is what the device itself named, else empty. Rows
-- stay: the start that they belong to may come years later.
CREATE TABLE dispense.sighting (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    device_id    text NOT NULL,
    tenant       text NOT NULL,
    gateway      text NOT NULL,
    dispense     text NOT NULL,
    measure_mode smallint NOT NULL,
    boot         text NOT NULL,
    from_count   bigint NOT NULL,
    to_count     bigint NOT NULL,
    seen_at      timestamptz NOT NULL,
    UNIQUE (device_id, boot, measure_mode, to_count, dispense)
);
SELECT weir.protect('dispense.sighting');
