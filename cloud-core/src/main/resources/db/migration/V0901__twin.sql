-- The device's twin: desired properties, shadow, tags, whether it is to send its log, and what it logged. New schema, no lock,
-- no backfill. Every key begins with device and tenant: a new owner of a device begins with nothing of the former one's.
CREATE SCHEMA twin;
SELECT weir.open_schema('twin');
SELECT weir.create_fact_tables('twin');

-- A property that was deleted keeps its row without a value, so that its versions go on and an old delete can't hit a new
-- value. delivered is the version that the device has confirmed.
CREATE TABLE twin.desired (
    device_id  text        NOT NULL,
    tenant     text        NOT NULL,
    identifier text        NOT NULL,
    value      text,
    version    bigint      NOT NULL,
    delivered  bigint      NOT NULL DEFAULT 0,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (device_id, tenant, identifier)
);
CREATE INDEX desired_pending ON twin.desired (device_id) WHERE value IS NOT NULL AND delivered < version;
SELECT weir.protect('twin.desired');

-- Documents as JSON text, in the order in which they were written. pending: the device has yet to be told what is desired.
CREATE TABLE twin.shadow (
    device_id     text   NOT NULL,
    tenant        text   NOT NULL,
    reported      text   NOT NULL,
    desired       text   NOT NULL,
    reported_meta text   NOT NULL,
    desired_meta  text   NOT NULL,
    version       bigint NOT NULL,
    at_s          bigint NOT NULL,
    pending       boolean NOT NULL DEFAULT false,
    PRIMARY KEY (device_id, tenant)
);
CREATE INDEX shadow_pending ON twin.shadow (device_id) WHERE pending;
SELECT weir.protect('twin.shadow');

CREATE TABLE twin.tag (
    device_id text NOT NULL,
    tenant    text NOT NULL,
    key       text NOT NULL CHECK (octet_length(key) <= 100),
    value     text NOT NULL CHECK (octet_length(value) <= 512),
    PRIMARY KEY (device_id, tenant, key)
);
CREATE INDEX tag_value ON twin.tag (tenant text_pattern_ops, key, value);
SELECT weir.protect('twin.tag');

-- Devices that are to send their log; those without a row are not.
CREATE TABLE twin.log_switch (
    device_id text    NOT NULL,
    tenant    text    NOT NULL,
    enabled   boolean NOT NULL,
    PRIMARY KEY (device_id, tenant)
);
SELECT weir.protect('twin.log_switch');

-- at is the cloud's time when it was taken in: the sweep goes by it. told_at is what the device says, as it says it.
CREATE TABLE twin.device_log (
    id        bigint GENERATED ALWAYS AS IDENTITY (CACHE 100) PRIMARY KEY,
    device_id text        NOT NULL,
    tenant    text        NOT NULL,
    at        timestamptz NOT NULL,
    told_at   text        NOT NULL,
    level     text        NOT NULL,
    module    text        NOT NULL,
    code      text        NOT NULL,
    trace     text        NOT NULL,
    content   text        NOT NULL
);
CREATE INDEX device_log_device ON twin.device_log (device_id, id DESC);
CREATE INDEX device_log_at ON twin.device_log USING brin (at);
SELECT weir.protect('twin.device_log');
