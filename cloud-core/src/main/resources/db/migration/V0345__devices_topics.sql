-- A product's own topic classes (MessageOps). NULL = its devices may use all their own topics: a nullable column, a short lock.
ALTER TABLE devices.product ADD COLUMN topics jsonb;

-- When a tenant last broadcast to its devices of a product: once a minute (facts: alink.md section 12).
CREATE TABLE devices.broadcast (
    tenant     text        NOT NULL,
    product_id bigint      NOT NULL REFERENCES devices.product,
    sent_at    timestamptz NOT NULL,
    PRIMARY KEY (tenant, product_id)
);
SELECT weir.protect('devices.broadcast');
