package io.weir.cloud.devices;

import io.weir.runtime.script.ScriptLimits;

import java.time.Duration;

/**
 * The limits are those of the edge, so that what works when tried works there.
 *
 * @param time processor time of one run
 * @param statements that one run may execute
 * @param runBytes that one run may allocate
 * @param outputBytes longest result
 * @param waiting tries that wait at most; beyond it 503
 */
public record ScriptDeskConfig(
        Duration time, long statements, long runBytes, int outputBytes, int waiting) {
    public ScriptDeskConfig {
        if (waiting < 1) {
            throw new IllegalArgumentException("waiting must be positive");
        }
    }

    ScriptLimits limits() {
        return new ScriptLimits(time, statements, runBytes, runBytes, outputBytes);
    }
}
