-- Every thing model that a product had, and products that were removed: their key is never given again. A new table and a nullable
-- column: short locks; the models of now are version rows too.
ALTER TABLE devices.product ADD COLUMN removed_at timestamptz;

CREATE TABLE devices.product_model (
    product_id bigint      NOT NULL REFERENCES devices.product,
    version    int         NOT NULL,
    tenant     text        NOT NULL,
    tsl        text        NOT NULL,
    actor      text        NOT NULL,
    at         timestamptz NOT NULL,
    PRIMARY KEY (product_id, version)
);
SELECT weir.protect('devices.product_model');
-- A dealer's devices are of the vendor's products: their models are read from below too, as the products are.
CREATE POLICY app_read_above ON devices.product_model FOR SELECT TO weir_app USING (starts_with(weir.scope(), tenant));

ALTER TABLE devices.product NO FORCE ROW LEVEL SECURITY;
ALTER TABLE devices.product_model NO FORCE ROW LEVEL SECURITY;
INSERT INTO devices.product_model (product_id, version, tenant, tsl, actor, at)
SELECT product_id, tsl_version, tenant, tsl, '', updated_at FROM devices.product;
ALTER TABLE devices.product FORCE ROW LEVEL SECURITY;
ALTER TABLE devices.product_model FORCE ROW LEVEL SECURITY;
