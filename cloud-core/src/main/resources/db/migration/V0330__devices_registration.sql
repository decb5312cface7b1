-- Dynamic registration: whether a product allows it, which devices did it, and where devices reach a gateway. New columns with
-- constant defaults: a brief lock, no rewrite, no backfill.
ALTER TABLE devices.product ADD COLUMN registration text NOT NULL DEFAULT 'OFF'
    CHECK (registration IN ('OFF', 'WHITELIST', 'OPEN'));

-- As the gateway last told; NULL until it did.
ALTER TABLE devices.gateway
    ADD COLUMN public_host text CHECK (public_host ~ '^[A-Za-z0-9._:-]{1,128}$'),
    ADD COLUMN public_mqtt_port int CHECK (public_mqtt_port BETWEEN 1 AND 65535);

-- Devices that registered by themselves. answers and replays count what was answered, and how often with the random number that
-- was answered already. client_id and device_token (sealed) only of those without a whitelist; token_hash is what gateways get.
CREATE TABLE devices.registration (
    device_id    text        PRIMARY KEY REFERENCES devices.device ON DELETE CASCADE,
    tenant       text        NOT NULL,
    random       text        NOT NULL,
    address      text        NOT NULL,
    answers      bigint      NOT NULL,
    replays      bigint      NOT NULL,
    client_id    text,
    device_token bytea,
    token_hash   text,
    first_at     timestamptz NOT NULL,
    last_at      timestamptz NOT NULL,
    CHECK ((client_id IS NULL) = (device_token IS NULL) AND (client_id IS NULL) = (token_hash IS NULL))
);
SELECT weir.protect('devices.registration');
