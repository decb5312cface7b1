package io.weir.model.thing;

import java.util.List;

/**
 * @param synchronous the caller waits for the device's outputs
 */
public record Service(
        String identifier,
        String name,
        boolean required,
        boolean synchronous,
        List<Param> inputs,
        List<Param> outputs) {}
