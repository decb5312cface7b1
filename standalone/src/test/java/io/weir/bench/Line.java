package io.weir.bench;

import java.time.Duration;

/** One line of the bench: measures, and tells the report what came out. */
interface Line {
    /** How it is chosen: {@code -Dweir.bench=<name>,..}. */
    String name();

    /** When it is given up. */
    Duration limit();

    /** Throws when it can't be measured. */
    void measure(Rig rig, Report report) throws Exception;
}
