package io.weir.model.thing;

/**
 * @param writable access mode {@code rw}: the cloud may set it
 * @param required the device must have it
 */
public record Property(
        String identifier, String name, boolean writable, boolean required, DataType type) {}
