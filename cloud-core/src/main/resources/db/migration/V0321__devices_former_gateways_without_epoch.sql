-- A former gateway's word has no bound but time: epoch and time of a fact are its own words (ADR 013). Brief exclusive lock on a
-- small table, no backfill.
ALTER TABLE devices.former_gateway DROP COLUMN until_epoch;

CREATE OR REPLACE FUNCTION devices.keep_former_gateway() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO devices.former_gateway (device_id, gateway_id, tenant, until)
    VALUES (old.device_id, old.gateway_id, old.tenant, now())
    ON CONFLICT (device_id, gateway_id) DO UPDATE SET tenant = excluded.tenant, until = excluded.until;
    RETURN NULL;
END
$$;
