package io.weir.runtime.script;

import java.time.Duration;

/**
 * What one run of a script may cost (ADR 014). Heap itself can't be bounded on GraalVM's community
 * build: what bounds it is how much a run may allocate, and a context's whole life.
 *
 * @param time how much processor time a run may take; looked at every {@link Watchdog#EVERY}
 * @param statements how many statements a run may execute
 * @param runBytes how much a run may allocate; looked at as often as the time
 * @param lifeBytes how much a context may allocate before a fresh one takes its place: whatever a
 *     script keeps in global variables is less
 * @param outputBytes longest result, in bytes or characters
 */
public record ScriptLimits(
        Duration time, long statements, long runBytes, long lifeBytes, int outputBytes) {
    public ScriptLimits {
        if (time.toMillis() < 1
                || statements < 1
                || runBytes < 1
                || lifeBytes < runBytes
                || outputBytes < 1) {
            throw new IllegalArgumentException(
                    "time, statements, runBytes, lifeBytes, outputBytes");
        }
    }
}
