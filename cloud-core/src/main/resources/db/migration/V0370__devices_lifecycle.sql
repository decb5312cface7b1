-- Where a device stands between the factory and the scrap heap (A-078, A-084, A-086). NULL: it never left production, which says
-- itself whether it is produced or stocked, so old rows need no backfill. New columns are nullable, the lock is short; the check
-- reads the table once.
ALTER TABLE devices.device
    ADD COLUMN lifecycle text CHECK (lifecycle IN
        ('QC', 'STOCKED', 'ALLOTTED', 'INSTALLED', 'SERVING', 'SUSPENDED', 'RECOVERED', 'SCRAPPED')),
    -- Whether it was enabled before it was suspended: it is so again when it serves again.
    ADD COLUMN enabled_before boolean,
    -- What is suspended or scrapped is refused at connect, as what is disabled.
    ADD CONSTRAINT halted_is_disabled CHECK (lifecycle IS NULL OR lifecycle NOT IN ('SUSPENDED', 'SCRAPPED') OR NOT enabled);

-- tenant: the owner since this step.
CREATE TABLE devices.lifecycle_step (
    step_id    bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    device_id  text        NOT NULL REFERENCES devices.device ON DELETE CASCADE, -- with its unconfirmed batch
    tenant     text        NOT NULL,
    from_state text        NOT NULL,
    to_state   text        NOT NULL,
    reason     text        NOT NULL,
    actor      text        NOT NULL,
    at         timestamptz NOT NULL
);
CREATE INDEX lifecycle_step_of_device ON devices.lifecycle_step (device_id, step_id);
SELECT weir.protect('devices.lifecycle_step');

-- A device given to another owner left its row in the feed with the former one, who alone could change it then: the new owner's
-- first move would fail. One pass, locks both tables; their owner is under row-level security too, not for this one pass.
ALTER TABLE devices.device NO FORCE ROW LEVEL SECURITY;
ALTER TABLE devices.change NO FORCE ROW LEVEL SECURITY;
UPDATE devices.change c SET tenant = d.tenant FROM devices.device d
WHERE c.kind = 'device' AND c.key = d.device_id AND c.tenant <> d.tenant;
ALTER TABLE devices.device FORCE ROW LEVEL SECURITY;
ALTER TABLE devices.change FORCE ROW LEVEL SECURITY;
