-- Gateways that a device was assigned to: what one of them took in before it was cut off comes late and is still taken, as
-- long as the owner is the same. until_epoch: connections of the time before have lower epochs. New table, no lock, no backfill.
CREATE TABLE devices.former_gateway (
    device_id   text        NOT NULL REFERENCES devices.device,
    gateway_id  text        NOT NULL REFERENCES devices.gateway,
    tenant      text        NOT NULL,
    until_epoch bigint      NOT NULL,
    until       timestamptz NOT NULL,
    PRIMARY KEY (device_id, gateway_id)
);
SELECT weir.protect('devices.former_gateway');

-- Whoever moves a device: the row that says where it was is written with the change.
CREATE FUNCTION devices.keep_former_gateway() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO devices.former_gateway (device_id, gateway_id, tenant, until_epoch, until)
    SELECT old.device_id, old.gateway_id, old.tenant, e.next, now() FROM devices.epoch e
    ON CONFLICT (device_id, gateway_id) DO UPDATE
    SET tenant = excluded.tenant, until_epoch = excluded.until_epoch, until = excluded.until;
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION devices.keep_former_gateway() FROM PUBLIC;
CREATE TRIGGER keep_former_gateway AFTER UPDATE OF gateway_id ON devices.device FOR EACH ROW
WHEN (old.gateway_id IS NOT NULL AND new.gateway_id IS DISTINCT FROM old.gateway_id)
EXECUTE FUNCTION devices.keep_former_gateway();
