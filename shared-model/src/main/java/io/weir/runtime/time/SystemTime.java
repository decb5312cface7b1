package io.weir.runtime.time;

import io.weir.model.time.Tick;

import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** The machine's clocks, with a boot id of this process. */
public final class SystemTime implements Time {
    private final String boot = UUID.randomUUID().toString();
    private final long origin = System.nanoTime();

    @Override
    public Instant now() {
        return Instant.now();
    }

    @Override
    public Tick tick() {
        return new Tick(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - origin), boot);
    }

    @Override
    public long nanos() {
        return System.nanoTime();
    }
}
