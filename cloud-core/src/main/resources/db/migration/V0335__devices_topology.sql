-- Sub-devices: which gateway device each stands behind, and what gateways have found. A product says whether its devices are
-- direct, gateways or subs. New tables, one column with a constant default: brief exclusive lock on a small table, no backfill.
ALTER TABLE devices.product ADD COLUMN node_type text NOT NULL DEFAULT 'DIRECT'
    CHECK (node_type IN ('DIRECT', 'GATEWAY', 'SUB'));

-- A sub-device has at most one gateway: the key says so. A gateway is nobody's sub (TopologyFlow), so there are no loops.
-- tenant is the owner of both; when one of them gets another owner the row goes.
CREATE TABLE devices.topology (
    sub_id            text        PRIMARY KEY REFERENCES devices.device ON DELETE CASCADE,
    gateway_device_id text        NOT NULL REFERENCES devices.device ON DELETE CASCADE,
    tenant            text        NOT NULL,
    added_at          timestamptz NOT NULL,
    added_by          text        NOT NULL,
    CHECK (sub_id <> gateway_device_id)
);
CREATE INDEX topology_of_gateway ON devices.topology (gateway_device_id, sub_id);
SELECT weir.protect('devices.topology');

-- What a gateway device has found and nobody has let in yet. By name: the device may not be made yet.
CREATE TABLE devices.found_sub (
    gateway_device_id text        NOT NULL REFERENCES devices.device ON DELETE CASCADE,
    product_key       text        NOT NULL,
    device_name       text        NOT NULL,
    tenant            text        NOT NULL,
    found_at          timestamptz NOT NULL,
    PRIMARY KEY (gateway_device_id, product_key, device_name)
);
SELECT weir.protect('devices.found_sub');
