-- Lists of devices are counted and sorted by it without reading the table. Built once, while writers wait: a minute for millions.
CREATE INDEX device_listed ON devices.device (tenant text_pattern_ops, created_at, device_id)
    INCLUDE (confirmed, enabled, type, product_id, name) WHERE removed_at IS NULL;
