package io.weir.simulator;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What goes wrong with a device. How often is counted as its {@link Unit} says. */
enum FaultKind {
    /** The same post twice in a row, as two publishes. */
    DUPLICATE(Unit.SHARE_OF_POSTS, 0.02),
    /** A post is kept back and goes after the next one. */
    REORDER(Unit.SHARE_OF_POSTS, 0.02),
    /** The device's clock is wrong by up to a day, and it writes its time on what it posts. */
    SKEW(Unit.SHARE_OF_DEVICES, 0.1),
    /** A new boot; the cumulative counters go on. */
    REBOOT(Unit.PER_MINUTE, 0.1),
    /** A new boot; the cumulative counters begin at zero. */
    COUNTER_LOST(Unit.PER_MINUTE, 0.1),
    /** No current in the middle of a dispense; counters are kept. */
    POWER_LOSS(Unit.SHARE_OF_DISPENSES, 0.1),
    /** The connection stands, nothing passes for some seconds, then all of it. */
    SILENT(Unit.PER_MINUTE, 0.1),
    /** The connection breaks three times in a row. */
    FLAP(Unit.PER_MINUTE, 0.1),
    /** It sends, but does not read for some seconds. */
    SLOW_READER(Unit.PER_MINUTE, 0.1);

    /** What a rate of 1 means. */
    enum Unit {
        SHARE_OF_POSTS,
        SHARE_OF_DEVICES,
        SHARE_OF_DISPENSES,
        PER_MINUTE
    }

    final Unit unit;

    /** The rate of {@code faults=all}. */
    final double usual;

    FaultKind(Unit unit, double usual) {
        this.unit = unit;
        this.usual = usual;
    }

    /** As people write it: {@code slow-reader}. */
    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Optional<FaultKind> of(String word) {
        return Arrays.stream(values()).filter(k -> k.word().equals(word)).findFirst();
    }
}
