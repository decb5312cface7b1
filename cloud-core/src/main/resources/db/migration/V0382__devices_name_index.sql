-- Pages of devices by name are read from it in order. Built once, while writers wait: a minute for millions.
CREATE INDEX device_named ON devices.device (tenant text_pattern_ops, name, device_id)
    INCLUDE (confirmed, enabled, type, product_id) WHERE removed_at IS NULL;
