package io.weir.edge.alink;

import io.weir.edge.registry.CompiledModel.Counter;

import org.jspecify.annotations.Nullable;

/** The meter's counters as one post tells them. */
interface CounterSource {
    boolean has(Counter counter);

    /** Of one that it {@link #has}. */
    long value(Counter counter);

    /** Null when the post does not tell it. */
    default @Nullable Long counter(Counter counter) {
        return has(counter) ? (Long) value(counter) : null;
    }

    @Nullable String bootId();
}
