-- Devices: products, production batches, devices with their credentials, the gateways they are assigned to, and the feed by
-- which each gateway learns what changed. Secrets are sealed with AES-GCM before they come here (SecretBox). New tables only:
-- no lock, no backfill.
CREATE SCHEMA devices;
SELECT weir.open_schema('devices');

-- Which key file has sealed the secrets of this database: another one must fail at start, not at the first device.
CREATE TABLE devices.sealing_key (
    key_id     text        PRIMARY KEY,
    created_at timestamptz NOT NULL
);

-- A gateway is infrastructure, not a tenant's row. `serves` is the part of the tenant tree whose new devices it gets when it
-- is a default. change_no numbers the changes of its devices; its row lock is what makes numbers commit in their order.
CREATE TABLE devices.gateway (
    gateway_id text        PRIMARY KEY CHECK (gateway_id ~ '^[A-Za-z0-9_.-]{1,64}$'),
    serves     text        NOT NULL,
    is_default boolean     NOT NULL,
    change_no  bigint      NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX gateway_one_default ON devices.gateway (serves) WHERE is_default;

-- Epochs of connections. A row, not a sequence: a block is one number range, and what was given out is never given again,
-- also after a crash.
CREATE TABLE devices.epoch (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    next     bigint  NOT NULL
);
INSERT INTO devices.epoch (next) VALUES (1);

-- OMS numbers begin at 10000 (seed samples 10000, 31000).
CREATE SEQUENCE devices.product_no START 10000;
CREATE TABLE devices.product (
    product_id     bigint      PRIMARY KEY DEFAULT nextval('devices.product_no'),
    tenant         text        NOT NULL,
    name           text        NOT NULL,
    code           text        NOT NULL,
    product_key    text        NOT NULL,
    product_secret bytea       NOT NULL,
    tsl            text        NOT NULL,
    tsl_version    int         NOT NULL,
    controlled     text[]      NOT NULL,
    flowmeter      text,       -- JSON of ProductOps.FlowMeter; NULL when the product is no dispenser
    require_tls    boolean     NOT NULL,
    enabled        boolean     NOT NULL,
    created_at     timestamptz NOT NULL,
    updated_at     timestamptz NOT NULL,
    CONSTRAINT product_key_once UNIQUE (product_key)
);
SELECT weir.protect('devices.product');
-- A dealer's devices are of the vendor's products, a vendor's may be of the platform's: seen from below, never changed.
CREATE POLICY app_read_above ON devices.product FOR SELECT TO weir_app USING (starts_with(weir.scope(), tenant));

CREATE SEQUENCE devices.batch_no START 10000;
CREATE TABLE devices.batch (
    batch_id     bigint      PRIMARY KEY DEFAULT nextval('devices.batch_no'),
    tenant       text        NOT NULL,
    vendor       text        NOT NULL,
    name         text        NOT NULL,
    batch_no     text        NOT NULL,
    product_id   bigint      NOT NULL REFERENCES devices.product,
    amount       int         NOT NULL CHECK (amount > 0),
    remark       text        NOT NULL,
    created_at   timestamptz NOT NULL,
    confirmed_at timestamptz,
    CONSTRAINT batch_no_once UNIQUE (vendor, batch_no)
);
SELECT weir.protect('devices.batch');

CREATE TABLE devices.device (
    device_id     text        PRIMARY KEY,
    tenant        text        NOT NULL,
    product_id    bigint      NOT NULL REFERENCES devices.product,
    batch_id      bigint      NOT NULL REFERENCES devices.batch,
    device_name   text        NOT NULL,
    device_secret bytea       NOT NULL,
    name          text        NOT NULL,
    remark        text        NOT NULL,
    type          smallint    NOT NULL,
    confirmed     boolean     NOT NULL,
    enabled       boolean     NOT NULL,
    gateway_id    text        REFERENCES devices.gateway,
    created_at    timestamptz NOT NULL,
    activated_at  timestamptz,
    CONSTRAINT device_name_once UNIQUE (product_id, device_name)
);
CREATE INDEX device_by_batch ON devices.device (batch_id, device_id);
CREATE INDEX device_by_tenant ON devices.device (tenant text_pattern_ops, device_id);
CREATE INDEX device_by_gateway ON devices.device (gateway_id, product_id);
SELECT weir.protect('devices.device');

-- Who is connected, by facts (PresenceFlow says how they are merged). epoch is the highest seen; the connection is named by
-- gateway, boot and number. lane_partition tells which facts can still be about this device when its gateway boots anew.
CREATE TABLE devices.presence (
    device_id      text        PRIMARY KEY REFERENCES devices.device,
    tenant         text        NOT NULL,
    online         boolean     NOT NULL,
    epoch          bigint      NOT NULL,
    gateway_id     text        NOT NULL,
    boot           text        NOT NULL,
    connection     bigint      NOT NULL,
    lane_partition int         NOT NULL,
    online_at      timestamptz,
    offline_at     timestamptz
);
CREATE INDEX presence_of_gateway ON devices.presence (gateway_id, lane_partition) WHERE online;
SELECT weir.protect('devices.presence');

-- The boot of a gateway whose facts came last, per partition: with the first fact of a new boot the old one's connections are over.
CREATE TABLE devices.gateway_boot (
    gateway_id     text NOT NULL,
    lane_partition int  NOT NULL,
    boot           text NOT NULL,
    PRIMARY KEY (gateway_id, lane_partition)
);

-- What a gateway has to fetch: the last version of each device and product that concerns it.
CREATE TABLE devices.change (
    gateway_id text   NOT NULL REFERENCES devices.gateway,
    kind       text   NOT NULL CHECK (kind IN ('device', 'product')),
    key        text   NOT NULL,
    version    bigint NOT NULL,
    tenant     text   NOT NULL,
    PRIMARY KEY (gateway_id, kind, key)
);
CREATE INDEX change_in_order ON devices.change (gateway_id, version);
SELECT weir.protect('devices.change');

CREATE TABLE devices.audit (
    audit_id   bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant     text        NOT NULL,
    at         timestamptz NOT NULL,
    actor      text        NOT NULL,
    role       text        NOT NULL,
    action     text        NOT NULL,
    target     text        NOT NULL,
    detail     text        NOT NULL,
    request_id text        NOT NULL
);
CREATE INDEX audit_of_target ON devices.audit (target, audit_id);
SELECT weir.protect('devices.audit');

-- Marks and positions of the presence consumer.
SELECT weir.create_fact_tables('devices');
