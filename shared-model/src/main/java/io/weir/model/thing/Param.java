package io.weir.model.thing;

/** A named value: a member of a struct, an input or output of a service, an output of an event. */
public record Param(String identifier, String name, DataType type) {}
