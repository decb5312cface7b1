package io.weir.runtime.time;

import io.weir.model.time.Tick;

import java.time.Duration;
import java.time.Instant;

/**
 * Clocks that stand still until told otherwise, for simulations: wall and monotonic time move apart
 * at will.
 */
public final class ManualTime implements Time {
    private Instant now;
    private Tick tick;

    public ManualTime(Instant now, String boot) {
        this.now = now;
        this.tick = new Tick(0, boot);
    }

    /** Both clocks go on. */
    public void advance(Duration by) {
        now = now.plus(by);
        tick = new Tick(tick.ms() + by.toMillis(), tick.boot());
    }

    /** The wall clock is set; the monotonic one does not notice. */
    public void step(Duration by) {
        now = now.plus(by);
    }

    /** The process starts anew: ticks begin at zero under another boot id. */
    public void reboot(String boot) {
        tick = new Tick(0, boot);
    }

    @Override
    public Instant now() {
        return now;
    }

    @Override
    public Tick tick() {
        return tick;
    }

    @Override
    public long nanos() {
        return tick.ms() * 1_000_000;
    }
}
