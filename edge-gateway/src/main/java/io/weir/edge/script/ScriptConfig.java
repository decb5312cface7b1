package io.weir.edge.script;

import io.weir.runtime.script.ScriptLimits;

import java.time.Duration;

/**
 * @param lanes threads that run scripts; a product's scripts run on one of them
 * @param time processor time of one run
 * @param statements that one run may execute
 * @param runBytes that one run may allocate
 * @param lifeBytes that a context may allocate before a fresh one takes its place
 * @param outputBytes longest result
 * @param contexts warm ones for each lane; the one unused for longest goes
 * @param waitingPerProduct messages that wait for a product's script; beyond it they are refused
 *     with 26010
 * @param waitingBytes that these hold at most
 * @param failures stopped runs in a row after which a product's script is switched off
 * @param off for how long
 * @param products shown in metrics by their key; the others are counted together
 */
public record ScriptConfig(
        int lanes,
        Duration time,
        long statements,
        long runBytes,
        long lifeBytes,
        int outputBytes,
        int contexts,
        int waitingPerProduct,
        long waitingBytes,
        int failures,
        Duration off,
        int products) {
    public ScriptConfig {
        if (lanes < 1
                || contexts < 1
                || waitingPerProduct < 1
                || waitingBytes < 1
                || failures < 1
                || off.toMillis() < 1
                || products < 0) {
            throw new IllegalArgumentException(
                    "lanes, contexts, waitingPerProduct, waitingBytes, failures, off, products");
        }
    }

    ScriptLimits limits() {
        return new ScriptLimits(time, statements, runBytes, lifeBytes, outputBytes);
    }
}
