package io.weir.edge.registry;

import io.weir.runtime.thing.ThingModelReader;

/** Compiled models for tests of other packages. */
public final class TestModels {
    private TestModels() {}

    public static CompiledModel compile(String tsl) {
        return new CompiledModel(ThingModelReader.read(tsl, "tsl"));
    }

    /** A registry that trusts what it is given. */
    public static void fill(DeviceRegistry registry, io.weir.api.devices.DevicesApi.Changes with) {
        registry.trustFor(java.time.Duration.ofDays(30));
        registry.apply(with.products(), with.devices());
        registry.confirm(with.version(), true);
    }
}
